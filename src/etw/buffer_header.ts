import { BufferFlag } from './constants.ts';

/**
 * WMI_BUFFER_HEADER (public name ETW_BUFFER_HEADER), 72 bytes, little-endian:
 * 0x00 u32 BufferSize (stored, header included) · 0x10 i64 TimeStamp · 0x18 i64 SequenceNumber ·
 * 0x28 u16 ProcessorIndex (flag 0x20) or u8 ProcessorNumber (Windows 7) · 0x30 u32 FilledBytes (end of the
 * events, counted from the buffer's start, uncompressed) · 0x34 u16 BufferFlag · 0x36 u16 BufferType.
 */
export interface BufferHeader {
  /** Stored bytes of this buffer, header included; varies when compressed. */
  readonly size: number;
  /** Session clock at the flush, high and low half. */
  readonly timeHigh: number;
  readonly timeLow: number;
  /** Low 32 bits of the sequence number. */
  readonly sequence: number;
  readonly processor: number;
  /** End of the events, from the buffer's start, after inflating. */
  readonly filled: number;
  readonly flags: number;
  readonly type: number;
}

/** Reads the header at an offset; the caller has checked that 72 bytes are there. */
export function readBufferHeader(view: DataView, at: number): BufferHeader {
  const flags = view.getUint16(at + 0x34, true);
  const processor =
    (flags & BufferFlag.processorIndex) === 0
      ? view.getUint8(at + 0x28)
      : view.getUint16(at + 0x28, true) & 0x7ff;
  return {
    size: view.getUint32(at, true),
    timeLow: view.getUint32(at + 0x10, true),
    timeHigh: view.getInt32(at + 0x14, true),
    sequence: view.getUint32(at + 0x18, true),
    processor,
    filled: view.getUint32(at + 0x30, true),
    flags,
    type: view.getUint16(at + 0x36, true),
  };
}
