import { Buffer } from 'node:buffer';

/** UTF-16 text of a view, little-endian, without the NULs at its end. `size` in bytes; an odd last one is left out. */
export function utf16At(view: DataView, at: number, size: number): string {
  let end = at + (size & ~1);
  while (end > at && view.getUint16(end - 2, true) === 0) end -= 2;
  return bufferOf(view, at, end).toString('utf16le');
}

/** Text of one byte a character (Windows-1252 as far as it is Latin-1), without the NULs at its end. */
export function latin1At(view: DataView, at: number, size: number): string {
  let end = at + size;
  while (end > at && view.getUint8(end - 1) === 0) end--;
  return bufferOf(view, at, end).toString('latin1');
}

function bufferOf(view: DataView, from: number, to: number): Buffer {
  return Buffer.from(view.buffer, view.byteOffset + from, to - from);
}
