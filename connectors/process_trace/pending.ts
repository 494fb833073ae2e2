import type { TraceSpan } from './trace_span.ts';

/** Spans that wait, the longest waiting first. */
export class Pending implements Iterable<TraceSpan> {
  readonly #spans = new Set<TraceSpan>();
  readonly #wait: number;

  /** `wait` is how long each may, in microseconds. */
  constructor(wait: number) {
    this.#wait = wait;
  }

  get size(): number {
    return this.#spans.size;
  }

  /** Lets a span wait from a time (microseconds) on. */
  add(span: TraceSpan, since: number): void {
    span.since = since;
    this.#spans.add(span);
  }

  delete(span: TraceSpan): void {
    this.#spans.delete(span);
  }

  /** The one that waits longest, if it has waited long enough at a time (microseconds). */
  due(now: number): TraceSpan | undefined {
    const [first] = this.#spans;
    return first !== undefined && first.since + this.#wait <= now ? first : undefined;
  }

  [Symbol.iterator](): Iterator<TraceSpan> {
    return this.#spans.values();
  }
}
