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

/** The 16 bytes of a GUID's text (with or without braces), or undefined when it is not one. */
export function guidBytes(text: string): Uint8Array | undefined {
  const match = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i.exec(text);
  if (match === null) return undefined;
  const [, a = '', b = '', c = '', d = '', e = ''] = match;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Number.parseInt(a, 16), true);
  view.setUint16(4, Number.parseInt(b, 16), true);
  view.setUint16(6, Number.parseInt(c, 16), true);
  const tail = d + e;
  for (let i = 0; i < 8; i++) bytes[8 + i] = Number.parseInt(tail.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
