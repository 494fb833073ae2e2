import type { Buffer } from 'node:buffer';
import type { Capture, Tap } from '../../src/capture/capture.ts';
import { BUFFER_HEADER_SIZE } from '../../src/etw/constants.ts';
import type { LiveMerge } from '../../src/etw/live/live_merge.ts';
import { readLogHeader } from '../../src/etw/log_header.ts';
import type { Clocks } from './clocks.ts';
import type { PlannedSession } from './planned_session.ts';

/** Windows' own default flush interval. */
const FLUSH = 1000;

/** From a session's ring into the merge. */
export class Feed {
  readonly shedLast: boolean;
  readonly #planned: PlannedSession;
  readonly #rank: number;
  readonly #merge: LiveMerge;
  readonly #clocks: Clocks;
  readonly #window: number | undefined;
  readonly #capture: Capture | undefined;
  #session: object | undefined;
  #tap: Tap | undefined;

  /**
   * `window`: milliseconds that events are waited for; undefined: the session's flush interval. `capture` is shown all
   * buffers.
   */
  constructor(
    planned: PlannedSession,
    rank: number,
    merge: LiveMerge,
    clocks: Clocks,
    window: number | undefined,
    capture: Capture | undefined,
  ) {
    this.#planned = planned;
    this.#rank = rank;
    this.#merge = merge;
    this.#clocks = clocks;
    this.#window = window;
    this.#capture = capture;
    this.shedLast = planned.shedLast;
  }

  /** Moves what has come, as long as less than `most` bytes wait in the merge; returns how many buffers. */
  fill(most: number): number {
    const { live } = this.#planned;
    let moved = 0;
    for (let length = live.next(); length >= 0 && this.#merge.held < most; length = live.next()) {
      const buffer = this.#merge.allocate(length);
      live.take(buffer);
      const session = this.#open(buffer);
      this.#tap?.(buffer);
      this.#merge.put(session, buffer);
      moved++;
    }
    return moved;
  }

  // The first buffer tells the clock. (Without one, which the consumer sees to, nothing could be read.)
  #open(buffer: Buffer): object {
    if (this.#session !== undefined) return this.#session;
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    const header = readLogHeader(view, BUFFER_HEADER_SIZE, buffer.length);
    if (typeof header === 'string') throw new Error(`${this.#planned.live.name}: ${header}`);
    const { live } = this.#planned;
    const clock = this.#clocks.of(header);
    const bufferSize = (live.facts?.bufferSizeKiB ?? 0) * 1024;
    this.#tap = this.#capture?.tap({ name: live.name, bufferSize, header: buffer, clock });
    this.#session = this.#merge.add({
      rank: this.#rank,
      clock,
      flushMilliseconds: this.#window ?? (live.facts?.flushMilliseconds || FLUSH),
      behind: () => live.next() >= 0,
    });
    return this.#session;
  }
}
