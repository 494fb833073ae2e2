/**
 * A string with `${…}` taken apart. `$$` stands for a dollar; a dollar before anything else is itself.
 * A reference may hold references: `${env:A:-${env:B}}`.
 */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly body: readonly Part[]; readonly source: string };

/** The deepest nesting of references in references. */
const MAX_DEPTH = 8;

/** The parts of a string, or undefined when a `${` is not closed or they nest too deep. */
export function parseExpression(text: string): readonly Part[] | undefined {
  const cursor: Cursor = { text, at: 0 };
  return parts(cursor, 0);
}

/** Whether a string needs expanding at all. */
export function hasExpression(text: string): boolean {
  return text.includes('$$') || text.includes('${');
}

interface Cursor {
  readonly text: string;
  at: number;
}

function parts(cursor: Cursor, depth: number): readonly Part[] | undefined {
  const { text } = cursor;
  const found: Part[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') found.push({ kind: 'text', text: plain });
    plain = '';
  };
  while (cursor.at < text.length) {
    if (depth > 0 && text[cursor.at] === '}') {
      flush();
      return found;
    }
    if (text.startsWith('$$', cursor.at)) {
      plain += '$';
      cursor.at += 2;
    } else if (text.startsWith('${', cursor.at)) {
      flush();
      const start = cursor.at;
      cursor.at += 2;
      const body = depth < MAX_DEPTH ? parts(cursor, depth + 1) : undefined;
      if (body === undefined) return undefined;
      cursor.at++;
      found.push({ kind: 'reference', body, source: text.slice(start, cursor.at) });
    } else {
      plain += text[cursor.at++];
    }
  }
  flush();
  return depth === 0 ? found : undefined;
}
