import { Buffer } from 'node:buffer';
import { RULE_LIMITS } from './issue.ts';
import type { Transform } from './modifiers.ts';
import { joined, type Part, type Pattern, plainText } from './pattern.ts';

/** The patterns that a value stands for, or why it cannot be changed so. */
export type Transformed =
  | { readonly kind: 'patterns'; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'wrong'; readonly reason: string };

/** Changes a pattern as the modifiers say, in their order. */
export function transformed(pattern: Pattern, transforms: readonly Transform[]): Transformed {
  let patterns: readonly Pattern[] = [pattern];
  if (transforms.includes('windash')) patterns = patterns.flatMap(withDashes);
  if (patterns.length > RULE_LIMITS.variants) {
    return { kind: 'wrong', reason: `windash makes more than ${RULE_LIMITS.variants} texts of this value` };
  }
  const encodings = transforms.filter((transform) => transform !== 'windash');
  if (encodings.length === 0) return { kind: 'patterns', patterns };
  const texts: Pattern[] = [];
  for (const one of patterns) {
    const text = plainText(one);
    if (text === undefined) return { kind: 'wrong', reason: `${encodings.join('|')} takes no wildcards` };
    texts.push(...encoded(text, encodings).map((code) => joined([code])));
  }
  return { kind: 'patterns', patterns: texts };
}

/** What Windows' programs take for the dash of an option: hyphen, slash, en dash, em dash, horizontal bar. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
/** A dash that begins a word, as pySigma finds it. */
const DASH = /\B[-/]\b/;

function withDashes(pattern: Pattern): Pattern[] {
  let made: Part[][] = [[]];
  for (const part of pattern) {
    const pieces: readonly (readonly Part[])[] = typeof part === 'string' ? dashed(part) : [[part]];
    made = made.flatMap((head) => pieces.map((piece) => head.concat(piece)));
    if (made.length > RULE_LIMITS.variants) break;
  }
  return made.map(joined);
}

function dashed(text: string): string[][] {
  const words = text.split(new RegExp(DASH, 'g'));
  let made = [words[0] ?? ''];
  for (const word of words.slice(1)) {
    made = made.flatMap((head) => DASHES.map((dash) => head + dash + word));
    if (made.length > RULE_LIMITS.variants) break;
  }
  return made.map((one) => [one]);
}

function encoded(text: string, encodings: readonly Transform[]): string[] {
  let bytes: Buffer = Buffer.from(text, 'utf8');
  let texts: string[] | undefined;
  for (const encoding of encodings) {
    if (encoding === 'base64') texts = [bytes.toString('base64')];
    else if (encoding === 'base64offset') texts = offsets(bytes);
    else bytes = utf16(text, encoding);
  }
  // Bytes that are not base64 stand in a text one by one.
  return texts ?? [bytes.toString('latin1')];
}

function utf16(text: string, encoding: Transform): Buffer {
  const little = Buffer.from(encoding === 'utf16' ? `\uFEFF${text}` : text, 'utf16le');
  return encoding === 'utf16be' ? little.swap16() : little;
}

/**
 * What of a base64 text depends on these bytes alone, for each place within three bytes where they may begin:
 * characters that the bytes before or behind share are cut.
 */
function offsets(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const code = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
    const cut = [0, 3, 2][(bytes.length + offset) % 3] ?? 0;
    return code.slice([0, 2, 3][offset], code.length - cut);
  });
}
