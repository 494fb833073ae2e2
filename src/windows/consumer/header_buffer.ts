import { BUFFER_HEADER_SIZE, HEADER_BUFFER, HeaderType } from '../../etw/constants.ts';

const SYSTEM_HEADER_SIZE = 32;

/** The header event as one has it: TRACE_LOGFILE_HEADER, its clock's zero and its bitness. */
export interface HeaderFacts {
  /** TRACE_LOGFILE_HEADER and, behind it, the two names. */
  readonly payload: Uint8Array;
  /** The session clock at the session's start, in halves. */
  readonly timeLow: number;
  readonly timeHigh: number;
  /** Who started the session, where it is known. */
  readonly pid: number;
  readonly tid: number;
  readonly pointerSize: 4 | 8;
}

/**
 * The first buffer of a trace as ETW writes it (etw-format 4): WMI_BUFFER_HEADER of type HEADER, then one
 * SYSTEM event with hook id 0. Made where a session is consumed event by event.
 */
export function headerBuffer({ payload, timeLow, timeHigh, pid, tid, pointerSize }: HeaderFacts): Uint8Array {
  const size = SYSTEM_HEADER_SIZE + payload.length;
  const filled = BUFFER_HEADER_SIZE + ((size + 7) & ~7);
  const bytes = new Uint8Array(filled);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, filled, true);
  view.setUint32(4, filled, true);
  view.setUint32(8, filled, true);
  view.setUint32(0x30, filled, true);
  view.setUint16(0x36, HEADER_BUFFER, true);
  const at = BUFFER_HEADER_SIZE;
  const type = pointerSize === 8 ? HeaderType.system64 : HeaderType.system32;
  view.setUint32(at, ((0xc000 | type) << 16) | 2, true);
  view.setUint16(at + 4, size, true);
  view.setUint32(at + 8, tid, true);
  view.setUint32(at + 12, pid, true);
  view.setUint32(at + 0x10, timeLow, true);
  view.setUint32(at + 0x14, timeHigh, true);
  bytes.set(payload, at + SYSTEM_HEADER_SIZE);
  return bytes;
}
