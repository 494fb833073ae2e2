import { Buffer } from 'node:buffer';

/** The most a SID has (winnt.h SID_MAX_SUB_AUTHORITIES). */
const MAX_SUB_AUTHORITIES = 15;
const SID = /^S-1-(\d{1,15})((?:-\d{1,10}){1,15})$/;

/**
 * The bytes of a SID (MS-DTYP 2.4.2.2): revision 1, number of sub-authorities, 48-bit big-endian authority,
 * sub-authorities as little-endian u32. Undefined for a text that is none.
 */
export function sidBytes(text: string): Buffer | undefined {
  const [, authority = '', rest = ''] = SID.exec(text) ?? [];
  const subs = rest.split('-').slice(1).map(Number);
  if (subs.length === 0 || subs.length > MAX_SUB_AUTHORITIES) return undefined;
  if (Number(authority) >= 2 ** 48 || subs.some((sub) => sub > 0xffffffff)) return undefined;
  const bytes = Buffer.alloc(8 + 4 * subs.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(subs.length, 1);
  bytes.writeUIntBE(Number(authority), 2, 6);
  for (const [i, sub] of subs.entries()) bytes.writeUInt32LE(sub, 8 + 4 * i);
  return bytes;
}
