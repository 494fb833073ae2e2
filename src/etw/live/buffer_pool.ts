import { Buffer } from 'node:buffer';

const GRAIN = 4096;
/** Bytes that lie ready to be used again. */
const MAX_POOLED = 16 * 1024 * 1024;

/** Memory for buffers of live sessions, used again and again: they come by the thousand a second. */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  #pooled = 0;
  #held = 0;

  /** Bytes that are in use. */
  get held(): number {
    return this.#held;
  }

  /** A buffer of exactly that length, with anything in it. */
  take(length: number): Buffer {
    const size = Math.ceil(length / GRAIN) * GRAIN;
    this.#held += size;
    const memory = this.#free.get(size)?.pop();
    if (memory === undefined) return Buffer.from(new ArrayBuffer(size), 0, length);
    this.#pooled -= size;
    return Buffer.from(memory, 0, length);
  }

  /** Gives back a buffer of take(); nobody may look at it any more. */
  give(buffer: Buffer): void {
    const memory = buffer.buffer as ArrayBuffer;
    const size = memory.byteLength;
    this.#held -= size;
    if (this.#pooled + size > MAX_POOLED) return;
    this.#pooled += size;
    const same = this.#free.get(size);
    if (same === undefined) this.#free.set(size, [memory]);
    else same.push(memory);
  }
}
