import { ByteWriter } from './bytes.ts';

/** Size of WMI_BUFFER_HEADER, on 32- and 64-bit Windows. */
export const BUFFER_HEADER_SIZE = 72;

/** BufferFlag bits. */
export const BUFFER_FLAG = {
  flushMarker: 0x01,
  eventsLost: 0x02,
  bufferLost: 0x04,
  rtBackupCorrupt: 0x08,
  rtBackup: 0x10,
  processorIndex: 0x20,
  compressed: 0x40,
} as const;

/** BufferType values. */
export const BUFFER_TYPE = { generic: 0, rundown: 1, contextSwap: 2, refTime: 3, header: 4 } as const;

/** What the 72 bytes in front of a buffer say. */
export interface BufferHeader {
  /** Stored size, header included. */
  readonly bufferSize: number;
  /** End of the valid data, header included, before compression. */
  readonly offset: number;
  /** The producer's reservation pointer, which may lie beyond the buffer. */
  readonly currentOffset: number;
  /** Session clock at the flush; 0 in the header buffer. */
  readonly timeStamp: number | bigint;
  readonly sequence: number | bigint;
  readonly cpu: number;
  readonly loggerId: number;
  readonly flags: number;
  readonly type: number;
  /** Windows 7 and before: a one-byte processor number and the alignment (8) beside it. */
  readonly win7?: boolean;
}

/**
 * WMI_BUFFER_HEADER: u32 BufferSize, SavedOffset, CurrentOffset, i32 ReferenceCount, i64 TimeStamp,
 * i64 SequenceNumber, u64 link, processor, u16 LoggerId, u32 State, u32 Offset, u16 BufferFlag,
 * u16 BufferType, 16 bytes of list pointers. Without flag 0x20 (Windows 7) the processor is u8 and followed by
 * u8 Alignment; with it a u16. The link and list fields hold kernel pointers, as they do on disk.
 */
export function encodeBufferHeader(header: BufferHeader): Uint8Array {
  const out = new ByteWriter(BUFFER_HEADER_SIZE)
    .u32(header.bufferSize)
    .u32(header.offset)
    .u32(header.currentOffset)
    .u32(0)
    .u64(header.timeStamp)
    .u64(header.sequence)
    .u64(0);
  if (header.win7 === true) out.u8(header.cpu).u8(8);
  else out.u16(header.cpu & 0x7ff);
  out.u16(header.loggerId).u32(STATE_FLUSH).u32(header.offset).u16(header.flags).u16(header.type);
  if (header.type === BUFFER_TYPE.header) return out.fill(16).take();
  return out.u64(pointerOf(header.cpu, 0x20)).u64(pointerOf(header.cpu, 0x38)).take();
}

const STATE_FLUSH = 3;

/** A plausible kernel address, the same every time. */
function pointerOf(cpu: number, low: number): bigint {
  return 0xffff_8d86_4e70_0000n + BigInt(cpu) * 0x1000n + BigInt(low);
}
