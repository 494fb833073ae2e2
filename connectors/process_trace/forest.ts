import type { HrTime, Link } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Attr } from '../../src/model/attributes.ts';
import { eventUid } from '../../src/model/event_uid.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import type { Span } from '../../src/model/span.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { microsOf } from '../../src/process/time.ts';
import { contextOf, ProcessContext } from '../../src/process/trace_context.ts';
import type { TraceOwner, TraceWindow } from '../../src/process/trace_owner.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import { Clock } from './clock.ts';
import { later } from './hr_time.ts';
import { Pending } from './pending.ts';
import { earlierSpan, isLikelyNear, remember, type Seen } from './seen.ts';
import { type Ending, linkTo, processSpan, recordSpan } from './span_form.ts';
import type { Trace } from './trace.ts';
import { type Draft, TraceSpan } from './trace_span.ts';
import { Traces } from './traces.ts';

/** Bounds and wishes of a {@link Forest}; times in microseconds. */
export interface ForestOptions {
  /** The connector's id: one that takes the place of another of the same id tells nothing again. */
  readonly name: string;
  readonly maxOpen: number;
  readonly maxSpansPerTrace: number;
  readonly maxPending: number;
  readonly onlyDetections: boolean;
  readonly decisionWait: number;
  /** Names of events that are spans too. */
  readonly events: ReadonlySet<string>;
}

/** Why a span was not handed on. */
export type LeftOut = 'sampled' | 'max_spans_per_trace';

/** Takes what a forest makes. */
export interface Harvest {
  tell(span: Span): void;
  leaveOut(why: LeftOut): void;
}

/** What came of a record: it is part of a trace, of none, or of one that is no longer remembered. */
export type Taken = 'in_trace' | 'no_trace' | 'late';

/** How a process came to its end of which no more is known than that it did. */
const ENDED: Ending = { code: undefined, time: undefined };
/** Processes above one for which spans are begun at its first use. */
const MAX_DEPTH = 64;

/**
 * Makes trees of processes out of records, in which each span is handed on once. A span is begun at the first record of its
 * process in a window and ends at the process's exit, when it was open for long, or for the sake of a detection.
 * Whether a parent is in the same tree is a question of whose it is; one that is not is linked to.
 */
export class Forest {
  readonly #options: ForestOptions;
  readonly #harvest: Harvest;
  readonly #traces: Traces;
  readonly #seen = new WeakMap<KnownProcess, Seen>();
  readonly #open: Pending;
  readonly #held: Pending;
  /** Of hosts, by the owner of each one's own trace. */
  readonly #clocks = new RecentWeakMap<TraceOwner, Clock>();

  constructor(options: ForestOptions, harvest: Harvest) {
    this.#options = options;
    this.#harvest = harvest;
    this.#traces = new Traces(options.name, options.maxSpansPerTrace, !options.onlyDetections, (trace) =>
      this.#endTrace(trace),
    );
    this.#open = new Pending(options.maxOpen);
    this.#held = new Pending(options.decisionWait);
  }

  /** Spans of processes that may end, spans that wait for a detection, traces that are remembered. */
  get sizes(): { readonly open: number; readonly held: number; readonly traces: number } {
    return { open: this.#open.size, held: this.#held.size, traces: this.#traces.size };
  }

  /** Takes a record in. */
  take(record: LogRecord): Taken {
    const { spanContext: context, eventName } = record;
    if (context === undefined) return 'no_trace';
    if (!(context instanceof ProcessContext)) {
      // A detection that came back from another thread has but the ids.
      const span = this.#traces.find(context.traceId)?.find(context.spanId);
      if (eventName !== DETECTION || span === undefined) return 'no_trace';
      this.#detect(record, span);
      return 'in_trace';
    }
    const { process, window } = context;
    const clock = this.#hear(window.owner.on, record.hrTime);
    this.#sweep(clock);
    this.#seenOf(process, window.owner).owner = window.owner;
    // Who is there already is told when it does something.
    if (eventName === 'process.rundown') return 'in_trace';
    const isStart = eventName === 'process.start';
    const { hrTime: time, resource } = record;
    const span = this.#use(context, { time, resource, clock, isStart, depth: 0 });
    if (eventName === 'process.exit') this.#exit(process, record);
    if (span === undefined) return 'late';
    if (eventName === DETECTION) this.#detect(record, span);
    else if (this.#options.events.has(eventName)) this.#tellEvent(record, span);
    return 'in_trace';
  }

  /** Lets time go by, in microseconds, in which no events came. */
  wait(micros: number): void {
    for (const clock of this.#traces.clocks) {
      clock.wait(micros);
      this.#sweep(clock);
    }
  }

  /** The clock of a host, of whose events one of that time came. */
  #hear(host: TraceOwner, time: HrTime): Clock {
    const clock = this.#clocks.get(host) ?? this.#clocks.set(host, new Clock(time));
    clock.hear(time);
    return clock;
  }

  /** Ends the waiting of what has waited long enough by a clock, and of the longest waiting where too much waits. */
  #sweep(clock: Clock): void {
    for (let span = this.#open.due(clock); span !== undefined; span = this.#open.due(clock))
      this.#finish(span, later(startOf(span), this.#options.maxOpen));
    for (let span = this.#held.due(clock); span !== undefined; span = this.#held.due(clock))
      this.#leaveOut(span, 'sampled');
    this.#traces.forget(this.#options.maxOpen);
    while (this.#open.size + this.#held.size > this.#options.maxPending) {
      const [held] = this.#held;
      const [open] = this.#open;
      if (held !== undefined) this.#leaveOut(held, 'sampled');
      else if (open !== undefined) this.#finish(open, open.trace.clock.now);
    }
  }

  /** Ends all waiting: what is open is handed on as running. */
  end(): void {
    // To end one may begin those above it.
    for (const span of this.#open) this.#finish(span, span.trace.clock.now);
    for (const span of this.#held) this.#leaveOut(span, 'sampled');
  }

  #seenOf(process: KnownProcess, owner: TraceOwner): Seen {
    let seen = this.#seen.get(process);
    if (seen === undefined) this.#seen.set(process, (seen = { owner, spans: [] }));
    return seen;
  }

  /** The span of a process in a window, begun where there is none; undefined where the trace is over. */
  #use(context: ProcessContext, use: Use): TraceSpan | undefined {
    const { process, window } = context;
    const seen = this.#seenOf(process, window.owner);
    const known = seen.spans.find(({ trace }) => trace.id === window.traceId);
    if (known !== undefined) return known;
    const trace = this.#traces.open(window, use.time, use.resource, use.clock);
    if (trace === undefined) return undefined;
    // Another pipeline, with a table of processes of its own, may have told of it.
    const other = trace.find(context.spanId);
    if (other !== undefined) return remember(other, seen);
    if (context.wasToldBy(this.#options.name)) return toldSpan(trace, context, seen);
    const earlier = use.isStart ? undefined : earlierSpan(context, seen);
    const continued = earlier !== undefined || process.startedAt === undefined;
    const links: Link[] = earlier === undefined ? [] : [earlier];
    const draft = { context, start: use.time, links, continued, resource: use.resource };
    const span = new TraceSpan(trace, context.spanId, draft, trace.root);
    remember(span, seen);
    const parent = this.#parentOf(process, window, use);
    if (parent instanceof TraceSpan) span.parent = parent;
    else if (parent !== undefined && earlier === undefined) links.push(parent);
    span.isPlaced = true;
    trace.add(span);
    this.#open.add(span, microsOf(use.time));
    // It is over already, as who is above it may be: nothing more will end it.
    if (process.until < microsOf(use.time)) this.#finish(span, use.time, ENDED);
    return span;
  }

  /** The span that is above a process in its tree, or a link to one in another tree. */
  #parentOf(process: KnownProcess, window: TraceWindow, use: Use): TraceSpan | Link | undefined {
    const { parent } = process;
    if (parent === undefined) return undefined;
    const seen = this.#seen.get(parent);
    const isNear = seen === undefined ? isLikelyNear(process, parent, window) : seen.owner === window.owner;
    if (!isNear) {
      const span = seen?.spans[0];
      return span === undefined ? undefined : linkTo(span.trace.window, span.id);
    }
    if (use.depth >= MAX_DEPTH) return undefined;
    const context = contextOf(parent, window, microsOf(use.time));
    const span = this.#use(context, { ...use, isStart: false, depth: use.depth + 1 });
    return span?.isPlaced === true ? span : undefined;
  }

  #exit(process: KnownProcess, record: LogRecord): void {
    const ending: Ending = {
      code: record.get(Attr.processExitCode),
      time: record.get(Attr.processExitTime),
    };
    for (const span of this.#seen.get(process)?.spans ?? [])
      if (span.state === 'open') this.#finish(span, record.hrTime, ending);
  }

  #tellEvent(record: LogRecord, parent: TraceSpan): void {
    const { trace } = parent;
    const { window } = trace;
    const id = window.spanId(`event ${eventUid(record)}`);
    if (trace.find(id) !== undefined) return;
    const made = recordSpan(record, { window, id, parentId: parent.id }, undefined);
    const span = new TraceSpan(trace, id, made, parent);
    trace.add(span);
    this.#decide(span);
  }

  /** Hands on a detection at once, with all that is above it and what its trace has held back. */
  #detect(record: LogRecord, parent: TraceSpan): void {
    const { trace } = parent;
    const { window } = trace;
    const id = window.spanId(`detection ${record.get(Attr.logRecordUid) ?? eventUid(record)}`);
    const known = trace.addDetection(id);
    if (known === 'known') return;
    if (known === 'too_many') return this.#harvest.leaveOut('max_spans_per_trace');
    for (let span: TraceSpan | undefined = parent; span !== undefined; span = span.parent)
      if (span.state === 'open') this.#finish(span, record.hrTime);
    this.#tell(parent);
    trace.isWanted = true;
    for (const span of this.#held) if (span.trace === trace) this.#tell(span);
    const rule = record.get(Attr.securityRuleName) ?? 'unnamed rule';
    this.#harvest.tell(recordSpan(record, { window, id, parentId: parent.id }, rule));
  }

  #finish(span: TraceSpan, end: HrTime, ending?: Ending): void {
    const { draft } = span;
    if (draft === undefined) return;
    this.#open.delete(span);
    if (span.parent === span.trace.root) this.#placeAgain(span, draft);
    span.finished = processSpan(span, draft, end, ending);
    span.draft = undefined;
    this.#decide(span);
  }

  /** Who was met in the middle of its life may have been told of since, with its parent. */
  #placeAgain(span: TraceSpan, { context, start: time, resource }: Draft): void {
    const parent = this.#parentOf(context.process, span.trace.window, {
      time,
      resource,
      clock: span.trace.clock,
      isStart: false,
      depth: 0,
    });
    if (parent instanceof TraceSpan && (span.isOver || !parent.isOver)) span.parent = parent;
  }

  #decide(span: TraceSpan): void {
    if (span.isOver) return this.#leaveOut(span, 'max_spans_per_trace');
    if (span.trace.isWanted) return this.#tell(span);
    span.state = 'held';
    this.#held.add(span, span.trace.clock.time);
  }

  #leaveOut(span: TraceSpan, why: LeftOut): void {
    this.#held.delete(span);
    span.state = 'left_out';
    // Only what is below it may want it yet; a process that runs may be found to do something.
    if (why === 'sampled' && span.context?.process.runs !== true) span.trace.drop(span);
    this.#harvest.leaveOut(why);
  }

  /** Hands a span on, those above it that were not before it. */
  #tell(span: TraceSpan): void {
    const above: TraceSpan[] = [];
    for (let one: TraceSpan | undefined = span; one !== undefined; one = one.parent)
      if (one.finished !== undefined) above.push(one);
    for (const one of above.toReversed()) {
      if (one.finished === undefined) continue;
      this.#held.delete(one);
      one.state = 'told';
      one.context?.tell(this.#options.name);
      if (one === one.trace.root) one.trace.window.roots.set(this.#options.name, one.id);
      this.#harvest.tell(one.finished);
      // What is known of the process is no longer needed for this span.
      one.context = undefined;
      one.finished = undefined;
    }
  }

  /** What of a trace still waits ends with it. */
  #endTrace(trace: Trace): void {
    for (const span of this.#open) if (span.trace === trace) this.#finish(span, trace.clock.now);
    for (const span of this.#held) if (span.trace === trace) this.#leaveOut(span, 'sampled');
  }
}

/** At what a span may be begun. */
interface Use {
  readonly time: HrTime;
  readonly resource: Resource;
  readonly clock: Clock;
  readonly isStart: boolean;
  readonly depth: number;
}

/** A span that was told before, with all that is above it. */
function toldSpan(trace: Trace, { spanId }: ProcessContext, seen: Seen): TraceSpan {
  const span = new TraceSpan(trace, spanId, 'told');
  span.isPlaced = true;
  trace.add(span);
  return remember(span, seen);
}

function startOf({ draft, trace }: TraceSpan): HrTime {
  return draft?.start ?? trace.clock.now;
}
