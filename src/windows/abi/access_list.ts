import { sidText } from '../../etw/addresses.ts';

/** Somebody who is allowed something. */
export interface Allowed {
  readonly sid: string;
  /** Bits of an ACCESS_MASK; winnt.h. */
  readonly mask: number;
}

// ACL (MS-DTYP 2.4.5): u8 revision, u8, u16 size of all, u16 number of entries, u16; then the entries.
const ACL_HEADER = 8;
// ACE (2.4.4): u8 type, u8 flags, u16 size; of the types here a u32 mask at 4.
const ACE_HEADER = 4;
const MASK = 4;
const SID = 8;
const INHERIT_ONLY = 0x08;
/** ACCESS_ALLOWED and its kinds: with a condition; for a part of an object, whose u32 at 8 says which GUIDs stand before the SID. */
const AceType = { allowed: 0, allowedObject: 5, allowedCallback: 9, allowedCallbackObject: 11 } as const;
const GUID_BYTES = 16;
const SID_HEADER = 8;
const MAX_SUB_AUTHORITIES = 15;

/**
 * Who is allowed what by an access list, as if nobody was denied anything and every condition held; entries that are only
 * inherited by what is made are left out. Undefined when the bytes are no access list.
 */
export function readAccessList(bytes: Uint8Array): readonly Allowed[] | undefined {
  if (bytes.length < ACL_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = Math.min(view.getUint16(2, true), bytes.length);
  const allowed: Allowed[] = [];
  let at = ACL_HEADER;
  for (let left = view.getUint16(4, true); left > 0; left--) {
    if (at + ACE_HEADER > end) return undefined;
    const size = view.getUint16(at + 2, true);
    if (size < ACE_HEADER || at + size > end) return undefined;
    const entry = readEntry(new DataView(bytes.buffer, bytes.byteOffset + at, size));
    if (entry === 'wrong') return undefined;
    if (entry !== 'other') allowed.push(entry);
    at += size;
  }
  return allowed;
}

function readEntry(ace: DataView): Allowed | 'other' | 'wrong' {
  const type = ace.getUint8(0);
  if ((ace.getUint8(1) & INHERIT_ONLY) !== 0) return 'other';
  if (!(Object.values(AceType) as number[]).includes(type)) return 'other';
  const at = sidPlace(ace, type);
  if (at + SID_HEADER > ace.byteLength) return 'wrong';
  const count = ace.getUint8(at + 1);
  if (count > MAX_SUB_AUTHORITIES || at + SID_HEADER + 4 * count > ace.byteLength) return 'wrong';
  return { sid: sidText(ace, at), mask: ace.getUint32(MASK, true) };
}

function sidPlace(ace: DataView, type: number): number {
  if (type !== AceType.allowedObject && type !== AceType.allowedCallbackObject) return SID;
  if (ace.byteLength < SID + 4) return ace.byteLength;
  const guids = ace.getUint32(SID, true);
  return SID + 4 + GUID_BYTES * ((guids & 1) + ((guids >> 1) & 1));
}
