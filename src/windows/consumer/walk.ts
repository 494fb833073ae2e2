import { BUFFER_HEADER_SIZE, HeaderType } from '../../etw/constants.ts';

/** What a walk over a buffer's events found. */
export interface Walk {
  readonly events: number;
  /** Whether the last event ends where the buffer says its events end (rounded up to 8). */
  readonly sound: boolean;
}

const SMALLEST_EVENT = 8;

/**
 * Counts the events of a buffer by their sizes alone, without reading them: for buffers that are dropped, and
 * to see whether bytes are a buffer at all. The layout is that of readEvent (src/etw/event_header.ts).
 * The buffer starts at `start` of the view and is filled to `filled`, counted from there.
 */
export function walkBuffer(view: DataView, start: number, filled: number): Walk {
  let events = 0;
  let at = start + BUFFER_HEADER_SIZE;
  const end = start + filled;
  while (at + SMALLEST_EVENT <= end) {
    const size = sizeOfEvent(view, at);
    if (size < SMALLEST_EVENT || at + size > end) return { events, sound: false };
    events++;
    at += (size + 7) & ~7;
  }
  return { events, sound: at >= end };
}

// The kernel family has its u16 size at +4, all others at +0; 0 for what is no event.
function sizeOfEvent(view: DataView, at: number): number {
  const marker = view.getUint32(at, true);
  const top = marker >>> 24;
  if ((top & 0xf0) === 0x90) return marker & 0xffff;
  if ((top & 0xc0) !== 0xc0 || marker === 0xffffffff) return 0;
  const type = (marker >>> 16) & 0xff;
  const kernel =
    type <= HeaderType.compact64 || type === HeaderType.perfInfo32 || type === HeaderType.perfInfo64;
  return kernel ? view.getUint16(at + 4, true) : marker & 0xffff;
}
