import type { EventView } from './event_view.ts';

/** A stream of events in order of time. */
export interface MergeSource {
  /** The current event, after next() said true. */
  readonly event: EventView;
  /** Its time on the scale that all streams share. */
  readonly order: number;
  /** Goes on to the next event; false when there is none (now, or ever). */
  next(): boolean;
}

/**
 * Merges streams, each in order of time, into one: a binary heap of the streams' current events, compared by
 * raw ticks, ties by the streams' places. The stream that was just taken from usually stays first, so it is
 * advanced and sifted down in place.
 */
export class Merge<S extends MergeSource = MergeSource> {
  readonly #heap: S[] = [];
  readonly #rank = new Map<S, number>();
  /** Whether the first stream's event was given out: it goes on before the next one is looked for. */
  #taken = false;
  /** The time of the first event that another stream has; the first stream stays first until then. */
  #others = Number.NEGATIVE_INFINITY;
  #lastOrder = Number.NEGATIVE_INFINITY;
  /** Events that came with an earlier time than one before them: a stream went back in time. */
  late = 0;

  /** Streams in the order that decides ties (by file, header buffer first, then processor). */
  constructor(streams: readonly S[]) {
    for (const [i, stream] of streams.entries()) {
      this.#rank.set(stream, i);
      if (stream.next()) this.#heap.push(stream);
    }
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  /** The next event in time, valid until the next call; undefined at the end. */
  next(): EventView | undefined {
    return this.nextUntil(Number.POSITIVE_INFINITY);
  }

  /** As next(), but undefined too when the next event is later than `limit`: it is then still to come. */
  nextUntil(limit: number): EventView | undefined {
    if (this.#taken) this.#advance();
    this.#taken = false;
    const first = this.#heap[0];
    if (first === undefined) return undefined;
    const order = first.order;
    if (order > limit) return undefined;
    this.#taken = true;
    if (order < this.#lastOrder) this.late++;
    else this.#lastOrder = order;
    return first.event;
  }

  /** Takes in a stream that has an event again (or the first time); `rank` decides ties. */
  add(stream: S, rank: number): void {
    const heap = this.#heap;
    this.#rank.set(stream, rank);
    // The event that is given out stays first until it is done with.
    if (this.#taken) this.#advance();
    this.#taken = false;
    let hole = heap.push(stream) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as S;
      if (!this.#before(stream, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = stream;
    this.#others = Math.min(this.#orderAt(1), this.#orderAt(2));
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
    return i < this.#heap.length ? (this.#heap[i] as S).order : Number.POSITIVE_INFINITY;
  }

  #siftDown(from: number): void {
    const heap = this.#heap;
    const moving = heap[from] as S;
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      const right = child + 1 < heap.length ? (heap[child + 1] as S) : undefined;
      if (right !== undefined && this.#before(right, heap[child] as S)) child++;
      const smaller = heap[child] as S;
      if (!this.#before(smaller, moving)) break;
      heap[hole] = smaller;
      hole = child;
    }
    heap[hole] = moving;
  }

  #before(a: S, b: S): boolean {
    const difference = a.order - b.order;
    return difference !== 0 ? difference < 0 : (this.#rank.get(a) ?? 0) < (this.#rank.get(b) ?? 0);
  }
}
