import type { Clock } from './clock.ts';
import type { TraceSpan } from './trace_span.ts';

/** Spans that wait, of each host the longest waiting first. */
export class Pending implements Iterable<TraceSpan> {
  readonly #byClock = new Map<Clock, Set<TraceSpan>>();
  readonly #wait: number;
  #size = 0;

  /** `wait` is how long each may, in microseconds. */
  constructor(wait: number) {
    this.#wait = wait;
  }

  get size(): number {
    return this.#size;
  }

  /** Lets a span wait from a time (microseconds) on. */
  add(span: TraceSpan, since: number): void {
    const { clock } = span.trace;
    let spans = this.#byClock.get(clock);
    if (spans === undefined) this.#byClock.set(clock, (spans = new Set()));
    span.since = since;
    spans.add(span);
    this.#size++;
  }

  delete(span: TraceSpan): void {
    const { clock } = span.trace;
    const spans = this.#byClock.get(clock);
    if (spans?.delete(span) !== true) return;
    this.#size--;
    if (spans.size === 0) this.#byClock.delete(clock);
  }

  /** The one of a clock that waits longest, if it has waited long enough. */
  due(clock: Clock): TraceSpan | undefined {
    const first = this.#byClock.get(clock)?.values().next().value;
    return first !== undefined && first.since + this.#wait <= clock.time ? first : undefined;
  }

  *[Symbol.iterator](): Iterator<TraceSpan> {
    for (const spans of this.#byClock.values()) yield* spans;
  }
}
