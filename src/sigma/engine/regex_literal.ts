/** Shorter texts stand in too much to be worth a search. */
const MIN_LENGTH = 3;
/** Letters that have a relative outside ASCII which folds to them: K is also the Kelvin sign, s the long s. */
const FOLDS_ELSEWHERE = /[ks]/i;

/**
 * A text, in lower case, that stands in the lower-case form of everything the expression is found in; undefined
 * where none is sure. Only what stands outside of groups, classes and alternatives is taken, and only ASCII.
 */
export function regexLiteral(source: string, flags: string): string | undefined {
  const folding = flags.includes('i') || source.includes('(?');
  let best = '';
  let run = '';
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  for (let at = 0; at < source.length; ) {
    const c = source.charAt(at);
    if (c === '|' || (c === '\\' && /[Q]/.test(source.charAt(at + 1)))) return undefined;
    const atom = atomAt(source, at);
    if (atom === undefined) return undefined;
    at = atom.end;
    const quantifier = /^(?:[*+?]|\{\d*,?\d*\})\??/.exec(source.slice(at, at + 16))?.[0] ?? '';
    at += quantifier.length;
    if (atom.literal === undefined || (folding && FOLDS_ELSEWHERE.test(atom.literal))) end();
    else if (quantifier === '') run += atom.literal;
    else if (quantifier.startsWith('+')) {
      run += atom.literal;
      end();
      run = atom.literal;
    } else end();
  }
  end();
  return best.length >= MIN_LENGTH ? best.toLowerCase() : undefined;
}

/** One atom of an expression: where it ends, and the character that it is, if it is one. */
function atomAt(
  source: string,
  at: number,
): { readonly end: number; readonly literal: string | undefined } | undefined {
  const c = source.charAt(at);
  if (c === '(') return spanned(groupEnd(source, at));
  if (c === '[') return spanned(classEnd(source, at));
  if (c === '\\') return escapeAt(source, at);
  const plain = /[\x20-\x7e]/.test(c) && !/[.^$)]/.test(c);
  return { end: at + 1, literal: plain ? c : undefined };
}

function spanned(end: number): { readonly end: number; readonly literal: undefined } | undefined {
  return end < 0 ? undefined : { end, literal: undefined };
}

function escapeAt(
  source: string,
  at: number,
): { readonly end: number; readonly literal: string | undefined } | undefined {
  const c = source.charAt(at + 1);
  // An escaped punctuation mark is itself; the one-letter classes are short; all others are left alone.
  if (/[!-/:-@[-`{-~ ]/.test(c)) return { end: at + 2, literal: c };
  return /[dDsSwWbBAzntrfv]/.test(c) ? { end: at + 2, literal: undefined } : undefined;
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
