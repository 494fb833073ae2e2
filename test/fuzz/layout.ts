import type { Buffer } from 'node:buffer';

/** An event's place within a trace. */
export interface EventPlace {
  readonly at: number;
  readonly size: number;
  /** Where its u16 size stands. */
  readonly sizeAt: number;
}

/** A buffer's place within a trace; of a compressed one the events are not known. */
export interface BufferLayout {
  readonly at: number;
  readonly size: number;
  readonly filled: number;
  readonly compressed: boolean;
  readonly events: readonly EventPlace[];
}

/** The buffers of a whole, undamaged trace. */
export function layoutOf(trace: Buffer): BufferLayout[] {
  const buffers: BufferLayout[] = [];
  for (let at = 0; at + 72 <= trace.length; ) {
    const size = trace.readUInt32LE(at);
    if (size < 72) break;
    const compressed = (trace.readUInt16LE(at + 0x34) & 0x40) !== 0;
    const filled = trace.readUInt32LE(at + 0x30);
    const events = compressed ? [] : eventsOf(trace, at, Math.min(filled, size, trace.length - at));
    buffers.push({ at, size, filled, compressed, events });
    at += size;
  }
  return buffers;
}

function eventsOf(trace: Buffer, base: number, filled: number): EventPlace[] {
  const events: EventPlace[] = [];
  for (let p = 72; p + 8 <= filled; ) {
    const at = base + p;
    const type = trace.readUInt8(at + 2);
    const typed = trace.readUInt8(at + 3) === 0xc0;
    const kernel = typed && ((type >= 1 && type <= 4) || type === 16 || type === 17);
    const sizeAt = at + (kernel ? 4 : 0);
    const size = trace.readUInt16LE(sizeAt);
    if (size < 8) break;
    events.push({ at, size, sizeAt });
    p += (size + 7) & ~7;
  }
  return events;
}
