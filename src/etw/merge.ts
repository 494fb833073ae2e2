import type { EventView } from './event_view.ts';
import type { ProcessorStream } from './processor_stream.ts';

/**
 * Merges streams, each in order of time, into one: a binary heap of the streams' current events, compared by
 * raw ticks, ties by the streams' places. The stream that was just taken from usually stays first, so it is
 * advanced and sifted down in place.
 */
export class Merge {
  readonly #heap: ProcessorStream[] = [];
  readonly #rank = new Map<ProcessorStream, number>();
  #started = false;
  /** The time of the first event that another stream has; the first stream stays first until then. */
  #others = Number.NEGATIVE_INFINITY;
  #lastOrder = Number.NEGATIVE_INFINITY;
  /** Events that came with an earlier time than one before them: a stream went back in time. */
  late = 0;

  /** Streams in the order that decides ties (by file, header buffer first, then processor). */
  constructor(streams: readonly ProcessorStream[]) {
    for (const [i, stream] of streams.entries()) {
      this.#rank.set(stream, i);
      if (stream.next()) this.#heap.push(stream);
    }
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  /** The next event in time, valid until the next call; undefined at the end. */
  next(): EventView | undefined {
    const heap = this.#heap;
    if (this.#started) this.#advance();
    this.#started = true;
    const first = heap[0];
    if (first === undefined) return undefined;
    const order = first.order;
    if (order < this.#lastOrder) this.late++;
    else this.#lastOrder = order;
    return first.event;
  }

  #advance(): void {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined) return;
    if (first.next()) {
      if (first.order < this.#others) return;
    } else {
      const last = heap.pop();
      if (last === undefined || last === first) return;
      heap[0] = last;
    }
    this.#siftDown(0);
    this.#others = Math.min(this.#orderAt(1), this.#orderAt(2));
  }

  #orderAt(i: number): number {
    return i < this.#heap.length ? (this.#heap[i] as ProcessorStream).order : Number.POSITIVE_INFINITY;
  }

  #siftDown(from: number): void {
    const heap = this.#heap;
    const moving = heap[from] as ProcessorStream;
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      const right = child + 1 < heap.length ? (heap[child + 1] as ProcessorStream) : undefined;
      if (right !== undefined && this.#before(right, heap[child] as ProcessorStream)) child++;
      const smaller = heap[child] as ProcessorStream;
      if (!this.#before(smaller, moving)) break;
      heap[hole] = smaller;
      hole = child;
    }
    heap[hole] = moving;
  }

  #before(a: ProcessorStream, b: ProcessorStream): boolean {
    const difference = a.order - b.order;
    return difference !== 0 ? difference < 0 : (this.#rank.get(a) ?? 0) < (this.#rank.get(b) ?? 0);
  }
}
