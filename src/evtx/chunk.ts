import { crc32 } from 'node:zlib';

/**
 * A chunk of 65,536 bytes: `ElfChnk\0`, at 44 u32 where the last record is, 48 u32 where free space begins, 52 u32
 * CRC-32 of the records, 124 u32 CRC-32 of the bytes [0, 120) and [128, 512); records begin at 512. A record: u32
 * 0x2a2a, u32 size, u64 id, FILETIME, binary XML, u32 size again. Source: libevtx's description of the format.
 */
export const CHUNK_SIZE = 65_536;
const FIRST_RECORD = 512;
const RECORD_MAGIC = 0x2a2a;
const RECORD_HEAD = 24;
const MAGIC = 'ElfChnk\0';

/** A record's place in its chunk, and its head. */
export interface RecordSpan {
  readonly id: bigint;
  /** FILETIME of its writing. */
  readonly written: bigint;
  /** Its binary XML, in bytes of the chunk: [from, to). */
  readonly from: number;
  readonly to: number;
}

/** What a chunk holds. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly records: readonly RecordSpan[];
  /** What is wrong with it, in sentences; what could be read stands in `records` all the same. */
  readonly problems: readonly string[];
}

/** Reads a chunk's frame; undefined where there is none, as in the unused rest of a log. */
export function readChunk(bytes: Uint8Array): Chunk | undefined {
  if (bytes.length < FIRST_RECORD || String.fromCharCode(...bytes.subarray(0, 8)) !== MAGIC) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const free = view.getUint32(48, true);
  const end = free >= FIRST_RECORD && free <= bytes.length ? free : bytes.length;
  const problems = checksums(bytes, view, end);
  const records: RecordSpan[] = [];
  const broken = readRecords(view, end, records);
  if (broken !== undefined) problems.push(broken);
  return { bytes, view, records, problems };
}

function checksums(bytes: Uint8Array, view: DataView, end: number): string[] {
  const problems: string[] = [];
  const head = crc32(bytes.subarray(128, FIRST_RECORD), crc32(bytes.subarray(0, 120)));
  if (head !== view.getUint32(124, true)) problems.push("the checksum of the chunk's head is wrong");
  if (crc32(bytes.subarray(FIRST_RECORD, end)) !== view.getUint32(52, true))
    problems.push("the checksum of the chunk's records is wrong");
  return problems;
}

// Says where the chain of records breaks; a log that was not closed has zeros behind the last.
function readRecords(view: DataView, end: number, records: RecordSpan[]): string | undefined {
  for (let at = FIRST_RECORD; at + RECORD_HEAD + 4 <= end; ) {
    const magic = view.getUint32(at, true);
    if (magic === 0) return undefined;
    if (magic !== RECORD_MAGIC) return `no record at byte ${at} of the chunk`;
    const size = view.getUint32(at + 4, true);
    if (size < RECORD_HEAD + 4 || size > end - at)
      return `a record of ${size} bytes at byte ${at} of the chunk`;
    records.push({
      id: view.getBigUint64(at + 8, true),
      written: view.getBigUint64(at + 16, true),
      from: at + RECORD_HEAD,
      to: at + size - 4,
    });
    at += size;
  }
  return undefined;
}
