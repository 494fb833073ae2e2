import type { TraceWindow } from '../../src/process/trace_owner.ts';
import type { Clock } from './clock.ts';
import type { TraceSpan } from './trace_span.ts';

/** Spans beyond its bound that a trace finds by id: detections at them come back from another thread within seconds. */
const MAX_OVER = 1_000;

/** A trace as far as it is remembered: its window and the spans in it. */
export class Trace {
  readonly window: TraceWindow;
  /** The time of its host. */
  readonly clock: Clock;
  /** Above all others; set when it is begun. */
  root: TraceSpan | undefined;
  /** Whether its spans are handed on: all are, or it has a detection. */
  isWanted: boolean;
  readonly #spans = new Map<string, TraceSpan>();
  readonly #over = new Map<string, TraceSpan>();
  /** Ids of its detections, each of which is told once. */
  readonly #detections = new Set<string>();
  readonly #most: number;
  readonly #onGrow: (by: number) => void;
  #begun = 0;

  /** `most` is the bound of its spans. `onGrow` is told by how many more, or fewer, are remembered. */
  constructor(
    window: TraceWindow,
    clock: Clock,
    most: number,
    isWanted: boolean,
    onGrow: (by: number) => void,
  ) {
    this.window = window;
    this.clock = clock;
    this.#most = most;
    this.isWanted = isWanted;
    this.#onGrow = onGrow;
  }

  get id(): string {
    return this.window.traceId;
  }

  /** The span of that id, if it is remembered. */
  find(id: string): TraceSpan | undefined {
    return this.#spans.get(id) ?? this.#over.get(id);
  }

  /** Takes a span in. A parent comes before its children, so none within the bound lacks its parent. */
  add(span: TraceSpan): void {
    this.#begun++;
    span.isOver = this.#begun > this.#most;
    (span.isOver ? this.#over : this.#spans).set(span.id, span);
    this.#onGrow(1);
    const [oldest] = this.#over.values();
    if (this.#over.size > MAX_OVER && oldest !== undefined) this.drop(oldest);
  }

  /** Lets go of a span that will not be asked for by its id again. Those below it still have it. */
  drop({ id }: TraceSpan): void {
    if (this.#spans.delete(id) || this.#over.delete(id)) this.#onGrow(-1);
  }

  /** Takes the id of a detection in; says if it has it, or where there are too many. */
  addDetection(id: string): 'new' | 'known' | 'too_many' {
    if (this.#detections.has(id)) return 'known';
    if (this.#detections.size >= this.#most) return 'too_many';
    this.#detections.add(id);
    this.#onGrow(1);
    return 'new';
  }

  /** Lets go of all that it remembers. */
  clear(): void {
    this.#onGrow(-(this.#spans.size + this.#over.size + this.#detections.size));
    this.#spans.clear();
    this.#over.clear();
    this.#detections.clear();
  }
}
