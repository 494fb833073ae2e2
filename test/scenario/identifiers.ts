import { ByteWriter } from './bytes.ts';

/** The zero GUID. */
export const NO_GUID = '00000000-0000-0000-0000-000000000000';

/**
 * A GUID's 16 bytes: u32, u16, u16 little-endian, then 8 bytes as written. Braces are allowed.
 * Throws on anything that is not a GUID.
 */
export function guidBytes(text: string): Uint8Array {
  const m = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i.exec(text);
  if (m === null) throw new Error(`not a GUID: ${text}`);
  const [, a = '', b = '', c = '', d = '', e = ''] = m;
  const out = new ByteWriter(16);
  out.u32(Number.parseInt(a, 16)).u16(Number.parseInt(b, 16)).u16(Number.parseInt(c, 16));
  for (const pair of (d + e).match(/../g) ?? []) out.u8(Number.parseInt(pair, 16));
  return out.take();
}

/**
 * A SID's bytes: revision, number of sub-authorities, 48-bit big-endian authority, then the
 * sub-authorities as u32. Takes `S-1-5-18` notation; throws on anything else.
 */
export function sidBytes(text: string): Uint8Array {
  const m = /^S-(\d+)-(\d+)((?:-\d+)*)$/.exec(text);
  if (m === null) throw new Error(`not a SID: ${text}`);
  const [, revision = '', authority = '', rest = ''] = m;
  const subs = rest.split('-').filter((part) => part !== '');
  const out = new ByteWriter(8 + 4 * subs.length);
  out.u8(Number(revision)).u8(subs.length);
  const value = BigInt(authority);
  for (let shift = 40n; shift >= 0n; shift -= 8n) out.u8(Number((value >> shift) & 0xffn));
  for (const sub of subs) out.u32(Number(sub));
  return out.take();
}
