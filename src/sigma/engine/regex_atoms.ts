/** A part of an expression, and how often it stands there. */
export interface Atom {
  readonly kind: 'character' | 'class' | 'group' | 'edge';
  /** As the expression writes it, without its quantifier. */
  readonly source: string;
  /** The character that it is, where it is one of ASCII. */
  readonly literal: string | undefined;
  readonly min: number;
  readonly max: number;
}

/** The parts of an expression (RE2's syntax); undefined for alternatives, and for what is not understood here. */
export function atomsOf(source: string): readonly Atom[] | undefined {
  const atoms: Atom[] = [];
  for (let at = 0; at < source.length; ) {
    const atom = atomAt(source, at);
    if (atom === undefined) return undefined;
    const { min, max, length } = quantifierAt(source, atom.end);
    const { end, kind, literal } = atom;
    atoms.push({ kind, source: source.slice(at, end), literal, min, max });
    at = end + length;
  }
  return atoms;
}

/** What stands in a group, without its head; undefined where that changes how the rest is read. */
export function groupBody(source: string): string | undefined {
  const head = /^\((?:\?:|\?P?<\w+>)?/.exec(source)?.[0] ?? '(';
  const body = source.slice(head.length, -1);
  return body.startsWith('?') ? undefined : body;
}

interface Found {
  readonly end: number;
  readonly kind: Atom['kind'];
  readonly literal: string | undefined;
}

function atomAt(source: string, at: number): Found | undefined {
  const c = source.charAt(at);
  if (c === '|' || c === ')') return undefined;
  if (c === '(') return spanned('group', groupEnd(source, at));
  if (c === '[') return spanned('class', classEnd(source, at));
  if (c === '\\') return escapeAt(source, at);
  if (c === '^' || c === '$') return { end: at + 1, kind: 'edge', literal: undefined };
  if (c === '.') return { end: at + 1, kind: 'class', literal: undefined };
  return { end: at + 1, kind: 'character', literal: /[\x20-\x7e]/.test(c) ? c : undefined };
}

function spanned(kind: Atom['kind'], end: number): Found | undefined {
  return end < 0 ? undefined : { end, kind, literal: undefined };
}

function escapeAt(source: string, at: number): Found | undefined {
  const c = source.charAt(at + 1);
  // An escaped punctuation mark is itself; the one-letter classes are short; all others are left alone.
  if (/[!-/:-@[-`{-~ ]/.test(c)) return { end: at + 2, kind: 'character', literal: c };
  if (/[dDsSwW]/.test(c)) return { end: at + 2, kind: 'class', literal: undefined };
  if (/[bBAz]/.test(c)) return { end: at + 2, kind: 'edge', literal: undefined };
  return /[ntrfv]/.test(c) ? { end: at + 2, kind: 'character', literal: undefined } : undefined;
}

function quantifierAt(
  source: string,
  at: number,
): { readonly min: number; readonly max: number; readonly length: number } {
  const [whole = '', sign = '', least = '', most] =
    /^([*+?]|\{(\d{1,4})(,\d{0,4})?\})\??/.exec(source.slice(at, at + 16)) ?? [];
  const length = whole.length;
  if (sign === '') return { min: 1, max: 1, length };
  if (sign === '*') return { min: 0, max: Number.POSITIVE_INFINITY, length };
  if (sign === '+') return { min: 1, max: Number.POSITIVE_INFINITY, length };
  if (sign === '?') return { min: 0, max: 1, length };
  const min = Number(least);
  if (most === undefined) return { min, max: min, length };
  return { min, max: most === ',' ? Number.POSITIVE_INFINITY : Number(most.slice(1)), length };
}

function groupEnd(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const c = source.charAt(at);
    if (c === '\\') {
      if (source.charAt(at + 1) === 'Q') return -1;
      at++;
    } else if (c === '[') {
      at = classEnd(source, at) - 1;
      if (at < 0) return -1;
    } else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

function classEnd(source: string, from: number): number {
  let at = from + 1;
  if (source.charAt(at) === '^') at++;
  // A bracket that comes first is a member.
  if (source.charAt(at) === ']') at++;
  for (; at < source.length; at++) {
    const c = source.charAt(at);
    if (c === '\\') at++;
    else if (c === '[' && source.charAt(at + 1) === ':') {
      const close = source.indexOf(':]', at);
      if (close < 0) return -1;
      at = close + 1;
    } else if (c === ']') return at + 1;
  }
  return -1;
}
