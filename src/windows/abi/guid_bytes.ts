/**
 * Writes a GUID as Windows has it in memory: three little-endian integers and eight bytes in order.
 *
 * @param guid `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, without braces.
 * @throws RangeError for anything else: GUIDs are checked where they come in.
 */
export function writeGuid(view: DataView, at: number, guid: string): void {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(guid)) throw new RangeError(`not a GUID: ${guid}`);
  const digits = guid.replaceAll('-', '');
  view.setUint32(at, Number.parseInt(digits.slice(0, 8), 16), true);
  view.setUint16(at + 4, Number.parseInt(digits.slice(8, 12), 16), true);
  view.setUint16(at + 6, Number.parseInt(digits.slice(12, 16), 16), true);
  for (let i = 0; i < 8; i++)
    view.setUint8(at + 8 + i, Number.parseInt(digits.slice(16 + 2 * i, 18 + 2 * i), 16));
}

/** The 16 bytes of a GUID in memory. */
export function guidBytes(guid: string): Uint8Array {
  const bytes = new Uint8Array(16);
  writeGuid(new DataView(bytes.buffer), 0, guid);
  return bytes;
}
