import { atomsOf } from './regex_atoms.ts';

/**
 * The most steps at one place of a text: the ways in which an expression may be tried there times the characters that each
 * takes. RE2 itself takes up to 1,000 states along a text, for the longest repetition that it allows, each far slower.
 */
const MAX_STEPS = 8192;
/** A class of characters of ASCII; what a class excludes is not, and the engines count that differently. */
const PLAIN_CLASS =
  /^\[(?:[A-Za-z0-9 _"'`,;:=<>@#%&!~$(){}+*./|?]|[A-Za-z0-9]-[A-Za-z0-9]|\\[-\]\\.d"'])+\]$/;

/**
 * The same expression for the engine of JavaScript, which is many times as fast, where it cannot take long there: it has
 * no groups, nothing that repeats without end, and few ways to be tried at one place. It means the same in both: all its
 * characters are ASCII and what case means is not asked.
 */
export function boundedRegex(source: string, flags: string): RegExp | undefined {
  if (flags.includes('i')) return undefined;
  const atoms = atomsOf(source);
  if (atoms === undefined) return undefined;
  let [ways, length, text] = [1, 0, ''];
  for (const { kind, source: part, literal, min, max } of atoms) {
    const form = kind === 'class' ? plainClass(part) : escaped(literal);
    if (form === undefined) return undefined;
    ways *= max - min + 1;
    length += max;
    if (ways * length > MAX_STEPS) return undefined;
    // Without a quantifier where none is needed: the engine skips to plain characters.
    text += min === 1 && max === 1 ? form : `${form}{${min},${max}}`;
  }
  return new RegExp(text);
}

function escaped(literal: string | undefined): string | undefined {
  return literal?.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

function plainClass(source: string): string | undefined {
  if (source === '\\d') return '[0-9]';
  if (source === '\\w') return '[0-9A-Za-z_]';
  // RE2 knows these five.
  if (source === '\\s') return '[\\t\\n\\f\\r ]';
  return PLAIN_CLASS.test(source) ? source : undefined;
}
