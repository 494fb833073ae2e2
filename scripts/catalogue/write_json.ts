const WIDTH = 110;

/**
 * JSON as the catalogue's files have it: a value on one line where it fits; else an object has a line per
 * entry and an array a line per element, whatever its length. So an event is one line, and a diff of two
 * generations reads as events.
 */
export function writeJson(value: unknown): string {
  return `${write(value, '', '')}\n`;
}

/** Orders text by code units: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `before` is what already stands on the line. */
function write(value: unknown, indent: string, before: string): string {
  const flat = onOneLine(value);
  const isDocument = indent === '' && before === '';
  if (typeof value !== 'object' || value === null || flat.length <= 2) return flat;
  // One character for a comma behind.
  if (!isDocument && indent.length + before.length + flat.length < WIDTH) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((element) => `${inner}${onOneLine(element)}`).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, entry]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${write(entry, inner, name)}`;
  });
  return `{\n${entries.join(',\n')}\n${indent}}`;
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${onOneLine(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
