import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import type { QueueRow } from '../status/panels.ts';
import type { Account } from './ledger.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** A count, or several by what they are, of an account; undefined where it has none. */
export interface LedgerMetric extends MetricDefinition {
  readonly value: (account: Account) => number | ReadonlyMap<string, number> | undefined;
}

/** Metrics by the kind of a component. */
export type LedgerTable = Readonly<Record<Account['kind'], readonly LedgerMetric[]>>;

function counter(
  name: string,
  unit: string,
  description: string,
  value: (account: Account) => number,
): LedgerMetric {
  return { name, instrument: 'counter', unit, description, value };
}

function dropped(kind: Account['kind'], description: string): LedgerMetric {
  return {
    name: `sigel.${kind}.records.dropped`,
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.cause,
    description,
    value: (account) => account.dropped,
  };
}

function queued(kind: Account['kind'], description: string): LedgerMetric {
  return {
    name: `sigel.${kind}.records.queued`,
    instrument: 'gauge',
    unit: '{record}',
    description,
    value: (account) => account.queued,
  };
}

const RECEIVER: readonly LedgerMetric[] = [
  counter(
    'sigel.receiver.events.read',
    '{event}',
    'Events read from the source, decoded or not.',
    ({ read }) => read,
  ),
  counter(
    'sigel.receiver.events.merged',
    '{event}',
    "Events merged into another event's record.",
    ({ merged }) => merged,
  ),
  {
    name: 'sigel.receiver.events.state',
    instrument: 'counter',
    unit: '{event}',
    by: MetricAttr.stateType,
    description: 'Events consumed as state, such as schemas and log headers.',
    value: ({ state }) => state,
  },
  counter(
    'sigel.receiver.events.filtered',
    '{event}',
    'Events left out because the configuration says so.',
    ({ filtered }) => filtered,
  ),
  {
    name: 'sigel.receiver.events.lost',
    instrument: 'counter',
    unit: '{event}',
    by: MetricAttr.cause,
    description: 'Events of the source that became no record though they should have.',
    value: ({ lost }) => lost,
  },
  counter(
    'sigel.receiver.events.emitted',
    '{event}',
    'Events, and records it made itself, handed to the pipelines.',
    ({ emitted }) => emitted,
  ),
  counter(
    'sigel.receiver.records.made',
    '{record}',
    'Records it made itself, of no event: that events were lost, and the like.',
    ({ made }) => made,
  ),
  queued('receiver', 'Records made and not handed on yet.'),
  dropped('receiver', 'Of the emitted: refused for good, or left when the time for draining was over.'),
];

function between(kind: 'processor' | 'connector'): readonly LedgerMetric[] {
  const prefix = `sigel.${kind}.records`;
  return [
    counter(`${prefix}.taken`, '{record}', 'Records taken in.', ({ taken }) => taken),
    counter(`${prefix}.made`, '{record}', 'Records it made itself, such as detections.', ({ made }) => made),
    counter(`${prefix}.emitted`, '{record}', 'Records handed on.', ({ emitted }) => emitted),
    counter(
      `${prefix}.filtered`,
      '{record}',
      'Records left out because the configuration says so.',
      ({ filtered }) => filtered,
    ),
    queued(kind, 'Records held now.'),
    dropped(kind, 'Records given up.'),
  ];
}

const EXPORTER: readonly LedgerMetric[] = [
  counter('sigel.exporter.records.taken', '{record}', 'Records taken in.', ({ taken }) => taken),
  counter(
    'sigel.exporter.records.delivered',
    '{record}',
    'Records that the peer or file accepted.',
    ({ delivered }) => delivered,
  ),
  counter(
    'sigel.exporter.records.restored',
    '{record}',
    'Records of an earlier run, found in the queue on disk.',
    ({ restored }) => restored,
  ),
  counter(
    'sigel.exporter.records.returned',
    '{record}',
    'Records that a shutdown kept it from sending: given back to whoever offered them.',
    ({ returned }) => returned,
  ),
  queued('exporter', 'Records held now.'),
  dropped('exporter', 'Records given up.'),
  {
    name: 'sigel.exporter.queue.size',
    instrument: 'gauge',
    unit: '{unit}',
    description: 'How much the sending queue holds, in what its `sizer` counts.',
    value: (account) => queueOf(account)?.used,
  },
  {
    name: 'sigel.exporter.queue.capacity',
    instrument: 'gauge',
    unit: '{unit}',
    description: 'How much it may hold.',
    value: (account) => queueOf(account)?.size,
  },
];

/** The sending queue of an exporter that has one. */
export function queueOf({ status }: Account): QueueRow | undefined {
  return status.shown('queue')[0];
}

/** What is shown of an account, by the kind of its component. */
export const LEDGER_METRICS: LedgerTable = {
  receiver: RECEIVER,
  processor: between('processor'),
  connector: between('connector'),
  exporter: EXPORTER,
  extension: [],
};

/**
 * Shows the accounts of a ledger. Nothing is counted twice: the accounts' own numbers are read when somebody
 * collects, so it costs nothing while records flow.
 */
export class LedgerMetrics {
  readonly #meter: Meter;
  readonly #table: LedgerTable;
  readonly #shown = new Map<Account, Attributes>();
  /** The instruments of the kinds that were seen. */
  readonly #instruments = new Map<Account['kind'], ReadonlyMap<LedgerMetric, Observable>>();

  constructor(meter: Meter, table: LedgerTable = LEDGER_METRICS) {
    this.#meter = meter;
    this.#table = table;
  }

  /** Shows an account; that it is shown already is fine. */
  show(account: Account, attributes: Attributes): void {
    this.#shown.set(account, attributes);
    if (this.#instruments.has(account.kind)) return;
    const metrics = this.#table[account.kind];
    const instruments = new Map(metrics.map((metric) => [metric, observable(this.#meter, metric)] as const));
    this.#instruments.set(account.kind, instruments);
    if (instruments.size === 0) return;
    this.#meter.addBatchObservableCallback(
      (result) => this.#observe(result, account.kind, instruments),
      [...instruments.values()],
    );
  }

  #observe(
    result: BatchObservableResult,
    kind: Account['kind'],
    instruments: ReadonlyMap<LedgerMetric, Observable>,
  ): void {
    for (const [account, attributes] of this.#shown) {
      if (account.kind !== kind) continue;
      for (const [{ value, by }, instrument] of instruments) {
        const counts = value(account);
        if (counts === undefined) continue;
        if (typeof counts === 'number') result.observe(instrument, counts, attributes);
        else {
          for (const [what, count] of counts)
            result.observe(instrument, count, { ...attributes, ...(by ? { [by.name]: what } : {}) });
        }
      }
    }
  }
}
