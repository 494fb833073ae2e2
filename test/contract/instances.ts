import { createNoopMeter } from '@opentelemetry/api';
import type {
  AnyDefinition,
  Component,
  ExtensionContext,
  LogsConsumer,
  TracesConsumer,
} from '../../src/component.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { NO_CONTROL, serviceView } from '../support/service_view.ts';
import type { Configured } from './configured.ts';

/** A component under test, and how it takes a batch where it takes any. */
export interface Instance {
  /** The form it was made in: `logs`, `logs to traces`, … */
  readonly form: string;
  readonly component: Component;
  readonly account: Account;
  readonly takes: Partial<LogsConsumer & TracesConsumer>;
}

/** What stands behind the component under test. */
export type Next = LogsConsumer & TracesConsumer;

/** A next that answers everything with one outcome, and counts what it was offered. */
export function answering(outcome: Outcome): Next & { offered: number } {
  const next = {
    offered: 0,
    consumeLogs: async (batch: readonly unknown[]) => answer(batch),
    consumeTraces: async (batch: readonly unknown[]) => answer(batch),
  };
  const answer = (batch: readonly unknown[]): Outcome => {
    next.offered += batch.length;
    return outcome;
  };
  return next;
}

/** A component in every form its definition has, each with an account of its own. */
export function instancesOf(
  definition: AnyDefinition,
  { id, config }: Configured,
  next: Next,
): readonly Instance[] {
  const made: Instance[] = [];
  const make = (
    form: string,
    create: (context: ExtensionContext) => (Component & Partial<Next>) | undefined,
  ) => {
    const account = new Account(id, definition.kind);
    const component = create({
      id,
      logger: SILENT,
      account,
      meter: createNoopMeter(),
      resource: internResource({ 'host.name': 'node-1' }),
      service: serviceView(),
      control: NO_CONTROL,
    });
    if (component === undefined) return;
    const takes: Partial<Next> = {};
    const { consumeLogs, consumeTraces } = component;
    if (consumeLogs !== undefined) takes.consumeLogs = (batch) => consumeLogs.call(component, batch);
    if (consumeTraces !== undefined) takes.consumeTraces = (batch) => consumeTraces.call(component, batch);
    made.push({ form, component, account, takes });
  };
  switch (definition.kind) {
    case 'receiver':
      make('all signals', (context) => definition.create(context, config, { logs: next, traces: next }));
      break;
    case 'processor':
      make('logs', (context) => definition.createLogs?.(context, config, next));
      make('traces', (context) => definition.createTraces?.(context, config, next));
      break;
    case 'connector':
      make('logs to logs', (context) => definition.createLogsToLogs?.(context, config, next));
      make('logs to traces', (context) => definition.createLogsToTraces?.(context, config, next));
      make('traces to traces', (context) => definition.createTracesToTraces?.(context, config, next));
      break;
    case 'exporter':
    case 'extension':
      make('all signals', (context) => definition.create(context, config));
      break;
  }
  return made;
}
