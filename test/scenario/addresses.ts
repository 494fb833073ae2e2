/** The bytes of an IPv4 or IPv6 address in network order; `::` is understood. Throws on anything else. */
export function addressBytes(text: string): Uint8Array {
  return text.includes(':') ? v6(text) : v4(text);
}

/** An IPv4 address as the u32 that holds its network-order bytes on a little-endian machine. */
export function addressNumber(text: string): number {
  return new DataView(addressBytes(text).buffer).getUint32(0, true);
}

/** A port as the u16 that holds its network-order bytes. */
export function portNumber(port: number): number {
  return ((port & 0xff) << 8) | (port >> 8);
}

function v4(text: string): Uint8Array {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new Error(`not an address: ${text}`);
  }
  return Uint8Array.from(parts);
}

function v6(text: string): Uint8Array {
  const [head = '', tail, more] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const missing = 8 - front.length - back.length;
  const all =
    tail === undefined
      ? front
      : [...front, ...Array.from({ length: Math.max(0, missing) }, () => 0), ...back];
  if (more !== undefined || all.length !== 8 || all.some((group) => !(group >= 0 && group <= 0xffff))) {
    throw new Error(`not an address: ${text}`);
  }
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
