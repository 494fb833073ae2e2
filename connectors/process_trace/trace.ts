import type { TraceWindow } from '../../src/process/trace_owner.ts';
import type { TraceSpan } from './trace_span.ts';

/** A trace as far as it is remembered: its window and the spans in it. */
export class Trace {
  readonly window: TraceWindow;
  /** By id; those beyond the bound are not found here. */
  readonly spans = new Map<string, TraceSpan>();
  /** Ids of its detections, each of which is told once. */
  readonly detections = new Set<string>();
  /** Above all others; set when it is begun. */
  root: TraceSpan | undefined;
  /** Whether its spans are handed on: all are, or it has a detection. */
  isWanted: boolean;
  readonly #most: number;
  readonly #onGrow: () => void;
  #begun = 0;

  /** `most` is the bound of its spans. `onGrow` is called for each that is remembered. */
  constructor(window: TraceWindow, most: number, isWanted: boolean, onGrow: () => void) {
    this.window = window;
    this.#most = most;
    this.isWanted = isWanted;
    this.#onGrow = onGrow;
  }

  /** Spans and detections that are remembered. */
  get size(): number {
    return this.spans.size + this.detections.size;
  }

  get id(): string {
    return this.window.traceId;
  }

  /** Takes a span in. A parent comes before its children, so none within the bound lacks its parent. */
  add(span: TraceSpan): void {
    this.#begun++;
    if (this.#begun > this.#most) span.isOver = true;
    else {
      this.spans.set(span.id, span);
      this.#onGrow();
    }
  }

  /** Takes the id of a detection in; false for one that it has, or where there are too many. */
  addDetection(id: string): 'new' | 'known' | 'too_many' {
    if (this.detections.has(id)) return 'known';
    if (this.detections.size >= this.#most) return 'too_many';
    this.detections.add(id);
    this.#onGrow();
    return 'new';
  }
}
