const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const hex = (byte: number): string => HEX[byte & 0xff] ?? '';

/**
 * A GUID as text, lower case without braces, from its 16 bytes read as four little-endian u32.
 * The first three parts are little-endian integers, the last eight bytes stand in order.
 */
export function guidText(a: number, b: number, c: number, d: number): string {
  return (
    `${hex(a >>> 24)}${hex(a >>> 16)}${hex(a >>> 8)}${hex(a)}-` +
    `${hex(b >>> 8)}${hex(b)}-${hex(b >>> 24)}${hex(b >>> 16)}-` +
    `${hex(c)}${hex(c >>> 8)}-${hex(c >>> 16)}${hex(c >>> 24)}${hex(d)}${hex(d >>> 8)}${hex(d >>> 16)}${hex(d >>> 24)}`
  );
}

/** The GUID at an offset of a view, as text. */
export function guidAt(view: DataView, at: number): string {
  return guidText(
    view.getUint32(at, true),
    view.getUint32(at + 4, true),
    view.getUint32(at + 8, true),
    view.getUint32(at + 12, true),
  );
}
