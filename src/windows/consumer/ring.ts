/**
 * A ring of bytes in shared memory from one writer thread to one reader thread, for ETW buffers of any size.
 * An entry is u32 length, u32 zero, then the bytes, rounded up to 8; one that does not fit before the end
 * of the memory is written at its beginning, behind a u32 SKIP. Positions count units of 8 bytes and run
 * over at 2^32; the capacity is a power of two, so that they stay in step.
 */
const UNIT = 8;
const ENTRY_HEAD = 8;
const SKIP = 0xffffffff;
const MIN_CAPACITY = 64 * 1024;
const MAX_CAPACITY = 1024 * 1024 * 1024;

// Words of the control block.
const HEAD = 0;
const TAIL = 1;
const CLOSED = 2;
/** Bytes that the writer waits for, or 0. */
const WANTED = 3;
const CONTROL_WORDS = 4;

/** Counters that the writer keeps; each only grows. */
export const RingCounter = {
  /** Buffers that the system delivered, header buffers included. */
  buffersDelivered: 0,
  /** Buffers that found no room in time. */
  buffersDropped: 1,
  /** Events in those. */
  eventsDropped: 2,
  /** Buffers (or synthesized events) that say events were lost before them. */
  eventLossMarks: 3,
  /** Those that say buffers were lost. */
  bufferLossMarks: 4,
  /** Milliseconds that the writer waited for room. */
  blockedMilliseconds: 5,
  /** Events that could not be packed: larger than an event can be. */
  eventsUnpackable: 6,
} as const;
export type RingCounterName = keyof typeof RingCounter;
const COUNTERS = Object.keys(RingCounter).length;

/** The memory of a ring, as it is handed to the other thread. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
}

/** Makes a ring's memory; `capacity` in bytes is rounded up to a power of two, 64 KiB to 1 GiB. */
export function makeRing(capacity: number): RingMemory {
  let size = MIN_CAPACITY;
  while (size < capacity && size < MAX_CAPACITY) size *= 2;
  return {
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    counters: new SharedArrayBuffer(COUNTERS * 8),
    data: new SharedArrayBuffer(size),
  };
}

class RingEnd {
  protected readonly control: Int32Array<SharedArrayBuffer>;
  protected readonly counters: BigInt64Array<SharedArrayBuffer>;
  protected readonly bytes: Uint8Array<SharedArrayBuffer>;
  protected readonly words: Uint32Array<SharedArrayBuffer>;
  readonly capacity: number;

  constructor({ control, counters, data }: RingMemory) {
    this.control = new Int32Array(control);
    this.counters = new BigInt64Array(counters);
    this.bytes = new Uint8Array(data);
    this.words = new Uint32Array(data);
    this.capacity = data.byteLength;
  }

  /** Bytes that are written and not read. */
  get used(): number {
    return ((Atomics.load(this.control, HEAD) - Atomics.load(this.control, TAIL)) >>> 0) * UNIT;
  }

  count(counter: RingCounterName): number {
    return Number(Atomics.load(this.counters, RingCounter[counter]));
  }

  /** Whether the reader has gone: nobody waits for room any more. */
  get closed(): boolean {
    return Atomics.load(this.control, CLOSED) !== 0;
  }

  protected indexOf(position: number): number {
    return ((position >>> 0) * UNIT) & (this.capacity - 1);
  }
}

/** The end that writes, on the thread that ETW calls. */
export class RingWriter extends RingEnd {
  /**
   * Copies bytes into the ring, waiting at most `maxBlock` milliseconds for room. False when there was none:
   * the bytes are not in the ring.
   */
  write(bytes: Uint8Array, maxBlock: number): boolean {
    const size = ENTRY_HEAD + ((bytes.length + UNIT - 1) & ~(UNIT - 1));
    const head = Atomics.load(this.control, HEAD);
    const toEnd = this.capacity - this.indexOf(head);
    const skipped = size <= toEnd ? 0 : toEnd;
    if (!this.#waitForRoom(skipped + size, maxBlock)) return false;
    if (skipped > 0) this.words[this.indexOf(head) >>> 2] = SKIP;
    const at = this.indexOf(head + skipped / UNIT);
    this.words[at >>> 2] = bytes.length;
    this.bytes.set(bytes, at + ENTRY_HEAD);
    Atomics.store(this.control, HEAD, head + (skipped + size) / UNIT);
    Atomics.notify(this.control, HEAD);
    return true;
  }

  add(counter: RingCounterName, amount: number): void {
    Atomics.add(this.counters, RingCounter[counter], BigInt(amount));
  }

  #waitForRoom(need: number, maxBlock: number): boolean {
    if (need > this.capacity) return false;
    if (this.capacity - this.used >= need) return true;
    const began = performance.now();
    let room = false;
    Atomics.store(this.control, WANTED, need);
    for (
      let left = maxBlock;
      !room && left > 0 && !this.closed;
      left = maxBlock - (performance.now() - began)
    ) {
      const tail = Atomics.load(this.control, TAIL);
      room = this.capacity - this.used >= need;
      if (!room) Atomics.wait(this.control, TAIL, tail, left);
    }
    Atomics.store(this.control, WANTED, 0);
    this.add('blockedMilliseconds', Math.round(performance.now() - began));
    return room || this.capacity - this.used >= need;
  }
}

/** The end that reads, on the main thread. */
export class RingReader extends RingEnd {
  /** Length of the next entry in bytes, or -1 when there is none. */
  peek(): number {
    if (this.used === 0) return -1;
    const at = this.#next();
    return this.words[at >>> 2] as number;
  }

  /** Copies the next entry, which peek() has found, into `target` and gives its room back. */
  take(target: Uint8Array): void {
    const at = this.#next();
    // The other thread is ours, but a length never reaches beyond the memory or the target.
    const length = Math.min(this.words[at >>> 2] as number, this.capacity - at - ENTRY_HEAD, target.length);
    target.set(this.bytes.subarray(at + ENTRY_HEAD, at + ENTRY_HEAD + length));
    this.#advance(ENTRY_HEAD + ((length + UNIT - 1) & ~(UNIT - 1)));
  }

  /** Resolves when something is there to read, or after `timeout` milliseconds. */
  async wait(timeout: number): Promise<void> {
    const head = Atomics.load(this.control, HEAD);
    if (this.used > 0) return;
    const waiting = Atomics.waitAsync(this.control, HEAD, head, timeout);
    if (!waiting.async) return;
    // Such a wait does not keep the process alive by itself, nor does the news that its time is over.
    const alive = setInterval(() => undefined, 1000);
    await waiting.value;
    clearInterval(alive);
  }

  /** Says that nobody reads any more: a writer that waits for room goes on at once. */
  close(): void {
    Atomics.store(this.control, CLOSED, 1);
    Atomics.notify(this.control, TAIL);
  }

  #next(): number {
    const at = this.indexOf(Atomics.load(this.control, TAIL));
    if (this.words[at >>> 2] !== SKIP) return at;
    this.#advance(this.capacity - at);
    return 0;
  }

  #advance(bytes: number): void {
    Atomics.store(this.control, TAIL, Atomics.load(this.control, TAIL) + bytes / UNIT);
    const wanted = Atomics.load(this.control, WANTED);
    // Not for each entry: a writer that is woken for the room of one goes back to sleep at once.
    if (wanted > 0 && this.capacity - this.used >= Math.max(wanted, this.capacity / 4))
      Atomics.notify(this.control, TAIL);
  }
}
