import { Buffer } from 'node:buffer';

/** A text as a NUL-terminated LPCWSTR. */
export function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

/** The text of a WCHAR array: up to its first NUL, or its end. */
export function fromWide(units: Uint16Array): string {
  const end = units.indexOf(0);
  const used = end < 0 ? units : units.subarray(0, end);
  return Buffer.from(used.buffer, used.byteOffset, used.byteLength).toString('utf16le');
}
