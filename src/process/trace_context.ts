import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import { entityId } from './entity_id.ts';
import type { KnownProcess } from './known_process.ts';
import type { TraceWindow } from './trace_owner.ts';

/** What spans of a process are named by, and the contexts that its records were given last. */
export interface ProcessSpans {
  readonly key: string;
  readonly recent: ProcessContext[];
}

/** A process has a span in its host's trace and one in its container's, before and behind the end of a window. */
const MAX_RECENT = 4;

/**
 * Where a record of a process belongs in traces: the span of its process in a window. The ids are worked out when they are
 * asked for: a record is of its host until it is known to be of a container.
 */
export class ProcessContext implements SpanContext {
  readonly traceFlags: TraceFlags = TraceFlags.SAMPLED;
  readonly process: KnownProcess;
  readonly window: TraceWindow;
  readonly #key: string;
  #spanId: string | undefined;
  #toldBy: Set<string> | undefined;

  /** Made by {@link contextOf}. */
  constructor(process: KnownProcess, window: TraceWindow, key: string) {
    this.process = process;
    this.window = window;
    this.#key = key;
  }

  /** Somebody has handed its span on: not to be done again by who comes in its place while the agent runs on. */
  tell(by: string): void {
    (this.#toldBy ??= new Set()).add(by);
  }

  wasToldBy(by: string): boolean {
    return this.#toldBy?.has(by) === true;
  }

  get traceId(): string {
    return this.window.traceId;
  }

  get spanId(): string {
    return (this.#spanId ??= this.window.spanId(this.#key));
  }
}

/**
 * The context of a process in a window, as a record of a time (microseconds) is the first to want it. Its span's id
 * follows from the process's alone where its start was seen. A process that was met in the middle of its life may have
 * a span already, made by an agent before: so what this agent makes has an id of its own, that of no other run, since one
 * id must never name two spans that differ.
 */
export function contextOf(process: KnownProcess, window: TraceWindow, time: number): ProcessContext {
  const spans = (process.spans ??= { key: keyOf(process, window, time), recent: [] });
  for (const context of spans.recent)
    if (context.window === window || context.traceId === window.traceId) return context;
  const made = new ProcessContext(process, window, spans.key);
  spans.recent.unshift(made);
  if (spans.recent.length > MAX_RECENT) spans.recent.pop();
  return made;
}

/** What names the span of a process whose start was seen. */
export function keyOfSeen(process: KnownProcess, host: string): string {
  return `process ${entityId(host, process)}`;
}

function keyOf(process: KnownProcess, { owner: { host } }: TraceWindow, time: number): string {
  const seen = keyOfSeen(process, host);
  return process.startedAt === undefined ? `${seen} met ${time}` : seen;
}
