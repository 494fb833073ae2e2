import type { At } from '../rule/expression.ts';
import { ANY, ONE, type Pattern } from '../rule/pattern.ts';

/** A pattern that is a text at a place: what can be looked up instead of tried. */
export interface Literal {
  readonly at: At;
  readonly text: string;
}

/** The text and place that a pattern comes to, or undefined for one with other wildcards. */
export function asLiteral(pattern: Pattern): Literal | undefined {
  const texts = pattern.filter((part) => typeof part === 'string');
  const [text = ''] = texts;
  if (texts.length > 1 || pattern.includes(ONE)) return undefined;
  const before = pattern[0] === ANY;
  const behind = pattern.at(-1) === ANY;
  if (before) return { at: behind ? 'within' : 'end', text };
  return { at: behind ? 'start' : 'whole', text };
}

/** Whether a text has another one at a place. */
export function standsIn(text: string, at: At, part: string): boolean {
  switch (at) {
    case 'whole':
      return text === part;
    case 'start':
      return text.startsWith(part);
    case 'end':
      return text.endsWith(part);
    case 'within':
      return text.includes(part);
  }
}

/** Whether a text has a literal, and that where it should be, from a character on. */
export function standsAt(text: string, { at, text: part }: Literal, begin: number): boolean {
  if (begin < 0 || ((at === 'start' || at === 'whole') && begin > 0)) return false;
  if ((at === 'end' || at === 'whole') && begin + part.length !== text.length) return false;
  return text.startsWith(part, begin);
}

/** A function that says whether a whole text fits a pattern. Its time is bounded by text times pattern. */
export function patternMatcher(pattern: Pattern): (text: string) => boolean {
  const literal = asLiteral(pattern);
  if (literal !== undefined) return (text) => standsIn(text, literal.at, literal.text);
  const pieces = piecesOf(pattern);
  return (text) => fits(text, pieces);
}

/** What stands between two `*`: texts, and numbers of `?`. */
type Piece = readonly (string | number)[];

function piecesOf(pattern: Pattern): Piece[] {
  const pieces: (string | number)[][] = [[]];
  for (const part of pattern) {
    if (part === ANY) pieces.push([]);
    else pieces.at(-1)?.push(part === ONE ? 1 : part);
  }
  return pieces;
}

/** Each piece at the first place where it fits: that leaves most room for those behind it. */
function fits(text: string, pieces: readonly Piece[]): boolean {
  const [first = [], ...rest] = pieces;
  const last = rest.pop();
  if (!fitsAt(text, 0, first)) return false;
  let at = lengthOf(first);
  if (last === undefined) return at === text.length;
  for (const piece of rest) {
    at = find(text, at, piece);
    if (at < 0) return false;
    at += lengthOf(piece);
  }
  const end = text.length - lengthOf(last);
  return end >= at && fitsAt(text, end, last);
}

function find(text: string, from: number, piece: Piece): number {
  const [first] = piece;
  const end = text.length - lengthOf(piece);
  for (let at = from; at <= end; at++) {
    if (typeof first === 'string') {
      at = text.indexOf(first, at);
      if (at < 0 || at > end) return -1;
    }
    if (fitsAt(text, at, piece)) return at;
  }
  return -1;
}

function fitsAt(text: string, at: number, piece: Piece): boolean {
  let next = at;
  for (const part of piece) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, next)) return false;
      next += part.length;
    } else next += part;
  }
  return next <= text.length;
}

function lengthOf(piece: Piece): number {
  let length = 0;
  for (const part of piece) length += typeof part === 'string' ? part.length : part;
  return length;
}
