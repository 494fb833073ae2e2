import type { Buffer } from 'node:buffer';

/** Characters of a name in TDH's structures; longer ones are cut. Many entries may point at one text. */
const MAX_NAME = 1024;

/**
 * The NUL-terminated UTF-16 text that an offset points at from a structure's start. Undefined for offset 0,
 * beyond the structure's end, and for an empty text. Message compilers leave a blank at the end, which goes.
 */
export function wideTextAt(
  bytes: Buffer,
  view: DataView,
  start: number,
  offset: number,
  to: number,
): string | undefined {
  const from = start + offset;
  if (offset === 0 || from + 2 > to) return undefined;
  const end = Math.min(to, from + 2 * MAX_NAME);
  let p = from;
  while (p + 2 <= end && view.getUint16(p, true) !== 0) p += 2;
  const text = bytes.toString('utf16le', from, p).trim();
  return text === '' ? undefined : text;
}
