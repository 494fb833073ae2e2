import type { HrTime, Link } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { microsOf } from '../../src/process/time.ts';
import type { TraceWindow } from '../../src/process/trace_owner.ts';
import type { Clock } from './clock.ts';
import { hrTimeOf } from './hr_time.ts';
import { linkTo, rootSpan } from './span_form.ts';
import { Trace } from './trace.ts';
import { TraceSpan } from './trace_span.ts';

/** Bounds of what is remembered, of all traces. */
const MAX_TRACES = 5_000;
const MAX_SPANS = 100_000;
/** Ids of traces that are over: what comes later for one must not make its spans again. */
const MAX_OVER = 20_000;
/** How long records of a window may come behind its end, in microseconds. */
const TRAILING = 60e6;
const ROOT = 'root';

/** The traces that spans may still come for. */
export class Traces {
  readonly #byId = new Map<string, Trace>();
  readonly #over = new Set<string>();
  readonly #name: string;
  readonly #mostSpans: number;
  readonly #areWanted: boolean;
  readonly #onForget: (trace: Trace) => void;
  #spans = 0;

  /** `name` is the connector's id. `mostSpans` bounds each trace; `areWanted`: whether spans of traces without a detection are handed on. */
  constructor(name: string, mostSpans: number, areWanted: boolean, onForget: (trace: Trace) => void) {
    this.#name = name;
    this.#mostSpans = mostSpans;
    this.#areWanted = areWanted;
    this.#onForget = onForget;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The trace of that id, if it is remembered. */
  find(id: string): Trace | undefined {
    return this.#byId.get(id);
  }

  /** The clocks of the traces that are remembered. */
  get clocks(): ReadonlySet<Clock> {
    return new Set(Array.from(this.#byId.values(), ({ clock }) => clock));
  }

  /** The trace of a window, begun with its root at a time where there is none; undefined where it is over. */
  open(window: TraceWindow, time: HrTime, resource: Resource, clock: Clock): Trace | undefined {
    const known = this.#byId.get(window.traceId);
    if (known !== undefined) return known;
    if (this.#over.has(window.traceId)) return undefined;
    const trace: Trace = new Trace(window, clock, this.#mostSpans, this.#areWanted, (by) => {
      // Processes that live longer may still add to one that is forgotten.
      if (this.#byId.get(trace.id) === trace) this.#spans += by;
    });
    trace.root = this.#rootOf(trace, time, resource);
    this.#byId.set(trace.id, trace);
    return trace;
  }

  /** Forgets traces that ended some time (microseconds) ago, and the oldest where there are too many. */
  forget(ago: number): void {
    for (const trace of this.#byId.values()) {
      const isOver = trace.window.end + TRAILING < trace.clock.time - ago;
      if (!isOver && this.#byId.size <= MAX_TRACES && this.#spans <= MAX_SPANS) return;
      trace.clear();
      this.#byId.delete(trace.id);
      this.#over.add(trace.id);
      const [oldest] = this.#over;
      if (this.#over.size > MAX_OVER && oldest !== undefined) this.#over.delete(oldest);
      this.#onForget(trace);
    }
  }

  /**
   * The root: of a container whose life was watched from its creation, that until its start. Others are a moment that
   * leads to the trace before, or to what an agent before may have told; so their ids are of this run alone.
   */
  #rootOf(trace: Trace, time: HrTime, resource: Resource): TraceSpan {
    const { window, clock } = trace;
    const told = window.roots.get(this.#name);
    if (told !== undefined) return new TraceSpan(trace, told, 'told');
    const { created, started } = window.owner.life;
    // Of two runs of the agent, one alone watched then and has a record from later.
    const isWatched = created !== undefined && clock.watching <= created && created <= microsOf(time);
    if (isWatched && window.index === 0) {
      const start = hrTimeOf(created);
      const end = started === undefined ? time : hrTimeOf(started);
      const id = window.spanId(ROOT);
      return new TraceSpan(trace, id, rootSpan(window, id, resource, { start, end, link: undefined }));
    }
    const id = window.spanId(`${ROOT} met ${microsOf(time)}`);
    const root = { start: time, end: time, link: this.#before(window) };
    return new TraceSpan(trace, id, rootSpan(window, id, resource, root));
  }

  /** What a trace goes on with. */
  #before(window: TraceWindow): Link {
    const before = window.index === 0 ? window : window.owner.window(window.index - 1);
    return linkTo(before, this.#byId.get(before.traceId)?.root?.id ?? before.spanId(ROOT));
  }
}
