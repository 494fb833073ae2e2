import type { Component, LogsConsumer, TracesConsumer } from '../component.ts';
import type { LogBatch } from '../model/log_record.ts';
import type { SpanBatch } from '../model/span.ts';
import type { Consume } from './fan_out.ts';
import { guard } from './guard.ts';
import { Port } from './port.ts';
import type { Outputs, Running } from './running.ts';

/** What takes batches at some point of the graph. */
export interface Taker {
  readonly name: string;
  /** The components that it stands for. */
  readonly parts: readonly Running[];
  readonly logs?: Consume<LogBatch>;
  readonly traces?: Consume<SpanBatch>;
}

/** What comes next, by signal. */
export interface Takers {
  readonly logs?: Taker;
  readonly traces?: Taker;
}

/** What a component is given as what comes next. */
export interface Next {
  readonly logs?: LogsConsumer;
  readonly traces?: TracesConsumer;
}

/** Leads what a component hands on to what comes next now. */
export function relink({ logs, traces }: Outputs, next: Takers): void {
  if (next.logs !== undefined) logs?.lead(takeLogs(next.logs), next.logs.parts);
  if (next.traces !== undefined) traces?.lead(takeTraces(next.traces), next.traces.parts);
}

/** Ports that lead there. */
export function outputsTo({ logs, traces }: Takers): Outputs {
  return {
    ...(logs === undefined ? {} : { logs: new Port(takeLogs(logs), logs.parts) }),
    ...(traces === undefined ? {} : { traces: new Port(takeTraces(traces), traces.parts) }),
  };
}

/** Ports as a component is given them. */
export function consumersOf({ logs, traces }: Outputs): Next {
  return {
    ...(logs === undefined ? {} : { logs: { consumeLogs: logs.consume } }),
    ...(traces === undefined ? {} : { traces: { consumeTraces: traces.consume } }),
  };
}

/** What takes batches into a component. */
export function takerOf(running: Running): Taker {
  const { id, context } = running;
  const component: Component & Partial<LogsConsumer & TracesConsumer> = running.component;
  const { consumeLogs, consumeTraces } = component;
  const { logger } = context;
  return {
    name: id,
    parts: [running],
    ...(consumeLogs === undefined
      ? {}
      : { logs: guard(id, (batch: LogBatch) => consumeLogs.call(component, batch), logger) }),
    ...(consumeTraces === undefined
      ? {}
      : { traces: guard(id, (batch: SpanBatch) => consumeTraces.call(component, batch), logger) }),
  };
}

/** Its way for logs; that there is one was checked with the configuration. */
export function takeLogs({ name, logs }: Taker): Consume<LogBatch> {
  if (logs === undefined) throw new Error(`${name} takes no logs, though its definition says so`);
  return logs;
}

/** Its way for spans. */
export function takeTraces({ name, traces }: Taker): Consume<SpanBatch> {
  if (traces === undefined) throw new Error(`${name} takes no traces, though its definition says so`);
  return traces;
}
