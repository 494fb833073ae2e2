import type { Buffer } from 'node:buffer';
import { readBufferHeader } from '../buffer_header.ts';
import type { Clock } from '../clock.ts';
import { BUFFER_HEADER_SIZE, HEADER_BUFFER } from '../constants.ts';
import type { Decoder } from '../decoder.ts';
import type { EventView } from '../event_view.ts';
import type { Ticks } from '../log_header.ts';
import { Merge } from '../merge.ts';
import { BufferPool } from './buffer_pool.ts';
import { LiveStream, type OrderScale } from './live_stream.ts';

/** A live session in a {@link LiveMerge}. */
export interface LiveSession {
  /** What decides ties between sessions: a small number of its own. */
  readonly rank: number;
  readonly clock: Clock;
  /** How long an event may stay in a kernel buffer, in milliseconds: the session's flush interval. */
  readonly flushMilliseconds: number;
  /** Whether more of it is known to wait outside: then nothing later than its own newest may go on. */
  readonly behind: () => boolean;
}

interface SessionState extends LiveSession {
  readonly order: OrderScale;
  readonly streams: Map<number, LiveStream>;
  /** Time stamp of its newest buffer on the common scale. */
  newest: number;
}

/** What a merge is made with. */
export interface LiveMergeOptions {
  readonly decoder: Decoder;
  /** Bytes of buffers that may wait for their turn; what is over goes on before its time. */
  readonly maxHeld: number;
  /** A buffer that holds no readable events to its end. */
  readonly onDamage?: (message: string) => void;
  /** Milliseconds, for a test; default: a monotonic clock. */
  readonly now?: () => number;
}

/** More processors than Windows has. */
const MAX_PROCESSORS = 2048;
/** On top of the flush interval: the way of a buffer from the kernel to here. */
const DELIVERY_MILLISECONDS = 200;

/**
 * All live sessions of a host, merged in time. The kernel hands a buffer over when it is full or has waited
 * for a flush interval, so an event can go on once a buffer stamped a flush interval later was seen (or that
 * long has passed): the watermark. A processor that is silent is not waited for; what comes later than the
 * watermark goes on at once and is counted as late.
 */
export class LiveMerge {
  readonly #options: LiveMergeOptions;
  readonly #now: () => number;
  readonly #pool = new BufferPool();
  readonly #merge = new Merge<LiveStream>([]);
  readonly #sessions = new Set<SessionState>();
  #reference: Clock | undefined;
  #newestArrived = 0;
  #limit = Number.NEGATIVE_INFINITY;
  #draining = false;
  /** Buffers that were no buffers, or not to their end. */
  damaged = 0;

  constructor(options: LiveMergeOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Events that came later than others that had gone on already. */
  get late(): number {
    return this.#merge.late;
  }

  /** Bytes of buffers that wait. */
  get held(): number {
    return this.#pool.held;
  }

  /** Whether as much waits as may. */
  get full(): boolean {
    return this.#pool.held >= this.#options.maxHeld;
  }

  /** Memory for the next buffer of `length` bytes, to be filled and given to put(). */
  allocate(length: number): Buffer {
    return this.#pool.take(length);
  }

  /** Adds a session; the result is what put() takes. All sessions are of one host and boot. */
  add(session: LiveSession): object {
    this.#reference ??= session.clock;
    const order = orderScale(session.clock, this.#reference);
    const state = { ...session, order, streams: new Map(), newest: Number.NEGATIVE_INFINITY };
    this.#sessions.add(state);
    return state;
  }

  /** A session is over: what it has still goes on, and nothing waits for it any more. */
  remove(session: object): void {
    this.#sessions.delete(session as SessionState);
  }

  /** Takes a buffer of allocate(): a whole ETW buffer up to its filled end. */
  put(session: object, buffer: Buffer): void {
    const state = session as SessionState;
    if (buffer.length < BUFFER_HEADER_SIZE) return this.#damage('a buffer shorter than its header', buffer);
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    const { filled, processor, timeHigh, timeLow, type } = readBufferHeader(view, 0);
    if (filled > buffer.length || processor >= MAX_PROCESSORS)
      return this.#damage(`a buffer of ${buffer.length} bytes says it is filled to ${filled}`, buffer);
    const isHeader = type === HEADER_BUFFER;
    if (!isHeader) this.#note(state, { high: timeHigh, low: timeLow });
    const stream = this.#stream(state, isHeader ? -1 : processor);
    stream.put(buffer);
    if (stream.active || !stream.next()) return;
    this.#merge.add(stream, state.rank * 2 * MAX_PROCESSORS + (isHeader ? 0 : processor + 1));
  }

  /** Looks anew at what may go on; once before a run of next(). */
  refresh(): void {
    let newest = Number.NEGATIVE_INFINITY;
    for (const session of this.#sessions) newest = Math.max(newest, this.#settled(session));
    const passed = (this.#now() - this.#newestArrived) / 1000;
    this.#limit = newest + passed * (this.#reference?.frequency ?? 1);
    for (const session of this.#sessions)
      if (session.behind()) this.#limit = Math.min(this.#limit, this.#settled(session));
  }

  /** The next event in time that may go on, valid until the next call or put(). */
  next(): EventView | undefined {
    const limit = this.#draining || this.full ? Number.POSITIVE_INFINITY : this.#limit;
    return this.#merge.nextUntil(limit);
  }

  /** From here on everything goes on at once: the sessions are over. */
  drain(): void {
    this.#draining = true;
  }

  #note(state: SessionState, { high, low }: Ticks): void {
    const time = state.clock.since(high, low) * state.order.scale + state.order.offset;
    if (time <= state.newest) return;
    state.newest = time;
    this.#newestArrived = this.#now();
  }

  #settled({ newest, flushMilliseconds }: SessionState): number {
    const wait = (flushMilliseconds + DELIVERY_MILLISECONDS) / 1000;
    return newest - wait * (this.#reference?.frequency ?? 1);
  }

  #stream(state: SessionState, processor: number): LiveStream {
    let stream = state.streams.get(processor);
    if (stream === undefined) {
      const made: LiveStream = new LiveStream({
        decoder: this.#options.decoder,
        clock: state.clock,
        order: state.order,
        recycle: (buffer) => this.#pool.give(buffer),
        onDamage: (message) => this.#damage(message),
      });
      stream = made;
      state.streams.set(processor, made);
    }
    return stream;
  }

  #damage(message: string, buffer?: Buffer): void {
    this.damaged++;
    if (buffer !== undefined) this.#pool.give(buffer);
    this.#options.onDamage?.(message);
  }
}

// Clocks of one kind differ in their zeros only. Of others (zeros of years apart, or other frequencies) the
// unix time is all they have in common.
function orderScale(clock: Clock, reference: Clock): OrderScale {
  if (clock === reference) return { scale: 1, offset: 0 };
  if (clock.frequency === reference.frequency) {
    const { high, low } = clock.zero;
    const near = reference.since(high, low);
    if (Math.abs(near) < 2 ** 53) return { scale: 1, offset: near };
  }
  const at = { seconds: 0, nanoseconds: 0 };
  const base = { seconds: 0, nanoseconds: 0 };
  clock.write(0, at);
  reference.write(0, base);
  const apart = at.seconds - base.seconds + (at.nanoseconds - base.nanoseconds) / 1e9;
  return { scale: reference.frequency / clock.frequency, offset: apart * reference.frequency };
}
