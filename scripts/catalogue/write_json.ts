const WIDTH = 110;

/**
 * JSON as the project's formatter writes it: an object or array on one line where it fits, else one entry
 * per line. So a catalogue file has about one line per field, and a diff of two generations reads as facts.
 */
export function writeJson(value: unknown): string {
  return `${write(value, '', 1)}\n`;
}

/** Orders text by code units: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `after` is what still has to fit on the line behind the value. */
function write(value: unknown, indent: string, after: number, before = ''): string {
  const flat = onOneLine(value);
  if (typeof value !== 'object' || value === null) return flat;
  if (indent.length + before.length + flat.length + after <= WIDTH && !isDocument(indent)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return flat;
    return `[\n${value.map((entry) => `${inner}${write(entry, inner, 1)}`).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, entry]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${write(entry, inner, 1, name)}`;
  });
  return entries.length === 0 ? flat : `{\n${entries.join(',\n')}\n${indent}}`;
}

function isDocument(indent: string): boolean {
  return indent === '';
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${onOneLine(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
