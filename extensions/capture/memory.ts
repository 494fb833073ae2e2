import type { TappedSession } from '../../src/capture/capture.ts';
import { readBufferHeader } from '../../src/etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE, HEADER_BUFFER } from '../../src/etw/constants.ts';

interface Kept {
  readonly session: TappedSession;
  readonly bytes: Uint8Array;
  /** Milliseconds of the clock when it came. */
  readonly at: number;
}

/** How much is kept. */
export interface MemoryBounds {
  /** Milliseconds. */
  readonly window: number;
  /** Bytes. */
  readonly maxMemory: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

/** What is kept of a session: its buffers in the order they came. */
export interface KeptSession {
  readonly session: TappedSession;
  readonly buffers: readonly Uint8Array[];
}

/**
 * The last buffers of all sessions: those of a time, and no more than a number of bytes. A buffer counts as large as it is in
 * a file, where all are as large as the session's, so that the bound holds for the file too.
 */
export class BufferMemory {
  readonly #bounds: MemoryBounds;
  /** The oldest first, from `#from` on. */
  #kept: Kept[] = [];
  #from = 0;
  /** Bytes that are kept, as they count. */
  bytes = 0;

  constructor(bounds: MemoryBounds) {
    this.#bounds = bounds;
  }

  /** Keeps a copy of a buffer; what is older than the time, or finds no room behind it, is forgotten. */
  add(session: TappedSession, buffer: Uint8Array): void {
    if (buffer.length < BUFFER_HEADER_SIZE || isHeader(buffer)) return;
    const kept = { session, bytes: new Uint8Array(buffer), at: this.#bounds.now() };
    this.#kept.push(kept);
    this.bytes += sizeOf(kept);
    this.#forget();
  }

  /** What is kept now. */
  sessions(): readonly KeptSession[] {
    this.#forget();
    const buffers = new Map<TappedSession, Uint8Array[]>();
    for (const { session, bytes } of this.#kept.slice(this.#from)) {
      const own = buffers.get(session);
      if (own === undefined) buffers.set(session, [bytes]);
      else own.push(bytes);
    }
    return Array.from(buffers, ([session, own]) => ({ session, buffers: own }));
  }

  #forget(): void {
    const { window, maxMemory, now } = this.#bounds;
    const since = now() - window;
    for (;;) {
      const oldest = this.#kept[this.#from];
      if (oldest === undefined || (oldest.at >= since && this.bytes <= maxMemory)) break;
      this.bytes -= sizeOf(oldest);
      this.#from++;
    }
    // Moved seldom, but before what is forgotten is as much again as what is kept.
    if (this.#from <= this.#kept.length / 2) return;
    this.#kept = this.#kept.slice(this.#from);
    this.#from = 0;
  }
}

function sizeOf({ session, bytes }: Kept): number {
  return Math.max(session.bufferSize, bytes.length);
}

// A consumer that began anew describes the session again.
function isHeader(buffer: Uint8Array): boolean {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  return readBufferHeader(view, 0).type === HEADER_BUFFER;
}
