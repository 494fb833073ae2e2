/**
 * The head of an .evtx file (4,096 bytes, of which 128 are used): `ElfFile\0`, then at 32 u32 size of the header,
 * 36 u16 minor and 38 u16 major version, 40 u16 where the first chunk is, 120 u32 flags (1: not closed properly).
 * Source: libevtx, "Windows XML Event Log (EVTX) format".
 */
export interface EvtxHeader {
  /** Where the first chunk is, in bytes. */
  readonly firstChunk: number;
  /** Whether the log was not closed properly, so that the last chunk may be half written. */
  readonly dirty: boolean;
}

export const HEADER_SIZE = 128;
const MAGIC = 'ElfFile\0';

/** Reads the head; a string says what is wrong with it. */
export function readEvtxHeader(bytes: Uint8Array): EvtxHeader | string {
  if (bytes.length < HEADER_SIZE) return 'shorter than the head of an event log';
  const magic = String.fromCharCode(...bytes.subarray(0, 8));
  if (magic !== MAGIC) return 'no event log: it does not begin with ElfFile';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = view.getUint16(38, true);
  if (major !== 3)
    return `event log of version ${major}.${view.getUint16(36, true)}, of which only 3.x is known`;
  const firstChunk = view.getUint16(40, true);
  if (firstChunk < HEADER_SIZE) return `its first chunk would be at byte ${firstChunk}`;
  return { firstChunk, dirty: (view.getUint32(120, true) & 1) !== 0 };
}
