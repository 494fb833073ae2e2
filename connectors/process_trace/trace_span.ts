import type { HrTime, Link } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Span } from '../../src/model/span.ts';
import type { ProcessContext } from '../../src/process/trace_context.ts';
import type { Trace } from './trace.ts';

/**
 * Where a span is in its life: `open` while its process may end, `held` until it is decided whether its trace is wanted,
 * `told` when it was handed on, which happens once, `left_out` when it was not; a detection below may still want it.
 */
export type SpanState = 'open' | 'held' | 'told' | 'left_out';

/** What an open span will be made of. */
export interface Draft {
  readonly context: ProcessContext;
  readonly start: HrTime;
  readonly links: readonly Link[];
  /** It goes on with what an earlier span of the process began. */
  readonly continued: boolean;
  readonly resource: Resource;
}

/** One span of a trace, from when it is begun until its trace is forgotten. */
export class TraceSpan {
  readonly trace: Trace;
  readonly id: string;
  /** Absent for a root. */
  parent: TraceSpan | undefined;
  state: SpanState;
  /** Beyond the bound of its trace: handed on for the sake of a detection alone. */
  isOver = false;
  /** Set while its parent is looked for, in which it may be met again. */
  isPlaced = false;
  draft: Draft | undefined;
  /** Of the span of a process that was not handed on. */
  context: ProcessContext | undefined;
  /** Once it has ended and while it may be handed on. */
  finished: Span | undefined;
  /** When it began to wait where it waits: event time in microseconds. */
  since = 0;

  /** `told`: it was handed on by who stood here before. */
  constructor(trace: Trace, id: string, content: Draft | Span | 'told', parent?: TraceSpan) {
    this.trace = trace;
    this.id = id;
    this.parent = parent;
    if (content === 'told') this.state = 'told';
    else if ('context' in content) {
      this.draft = content;
      this.context = content.context;
      this.state = 'open';
    } else {
      this.finished = content;
      this.state = 'left_out';
    }
  }
}
