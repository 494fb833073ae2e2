/** Text forms of the addresses, ids and times that payloads hold as bytes. */

/** SID (MS-DTYP 2.4.2): u8 revision, u8 count, 48-bit big-endian authority, count x u32; at most 15 parts. */
export function sidText(view: DataView, at: number): string {
  const count = view.getUint8(at + 1);
  const authority = view.getUint16(at + 2) * 2 ** 32 + view.getUint32(at + 4);
  let text = `S-${view.getUint8(at)}-${authority}`;
  for (let i = 0; i < count; i++) text += `-${view.getUint32(at + 8 + 4 * i, true)}`;
  return text;
}

/** An IPv4 address whose four bytes stand in network order. */
export function ipv4Text(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** An IPv6 address of 16 bytes as RFC 5952 writes it (longest run of zero groups as `::`, lower case). */
export function ipv6Text(view: DataView, at: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push(view.getUint16(at + 2 * i));
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff)
    return `::ffff:${ipv4Text(view, at + 12)}`;
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return hexGroups(groups);
  return `${hexGroups(groups.slice(0, start))}::${hexGroups(groups.slice(start + length))}`;
}

function hexGroups(groups: readonly number[]): string {
  return groups.map((g) => g.toString(16)).join(':');
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let n = i;
    while (n < groups.length && groups[n] === 0) n++;
    if (n - i > best.length) best = { start: i, length: n - i };
    if (n > i) i = n;
  }
  return best;
}

const AF_INET = 2;
const AF_INET6 = 23;

/** A Windows sockaddr as `address:port` / `[address]:port`; undefined for other families and short ones. */
export function sockaddrText(view: DataView, at: number, size: number): string | undefined {
  if (size < 2) return undefined;
  const family = view.getUint16(at, true);
  if (family === AF_INET && size >= 8) return `${ipv4Text(view, at + 4)}:${view.getUint16(at + 2)}`;
  if (family === AF_INET6 && size >= 24) return `[${ipv6Text(view, at + 8)}]:${view.getUint16(at + 2)}`;
  return undefined;
}

/** SYSTEMTIME: eight u16 (year, month, weekday, day, hour, minute, second, ms) as RFC 3339 without a zone. */
export function systemTimeText(view: DataView, at: number): string {
  const part = (i: number, width: number): string =>
    String(view.getUint16(at + 2 * i, true)).padStart(width, '0');
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}`;
}
