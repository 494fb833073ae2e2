import process from 'node:process';
import type { Attributes, Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type Account, total } from './ledger.ts';
import { type LedgerMetric, LedgerMetrics, type LedgerTable, queueOf } from './ledger_metrics.ts';
import { type MetricDefinition, observable } from './metric.ts';

// Names and labels as the Collector 0.159 serves them at its own /metrics; test/interop/metrics.test.ts holds them
// against it.

function of(
  name: string,
  instrument: 'counter' | 'gauge',
  description: string,
  value: LedgerMetric['value'],
): LedgerMetric {
  const unit = name.includes('queue') ? '{unit}' : name.includes('items') ? '{item}' : '{record}';
  return { name: `otelcol_${name}`, instrument, unit, description, value };
}

const RECEIVER: readonly LedgerMetric[] = [
  of(
    'receiver_accepted_log_records',
    'counter',
    'Records that the pipelines took.',
    (account) => account.emitted - total(account.dropped),
  ),
  of('receiver_refused_log_records', 'counter', 'Records that the pipelines refused for good.', (account) =>
    total(account.dropped),
  ),
  of(
    'receiver_failed_log_records',
    'counter',
    'Events that were lost before they became records.',
    (account) => total(account.lost),
  ),
];

const PROCESSOR: readonly LedgerMetric[] = [
  of('processor_incoming_items', 'counter', 'Records taken in.', ({ taken }) => taken),
  of('processor_outgoing_items', 'counter', 'Records handed on.', ({ emitted }) => emitted),
];

const EXPORTER: readonly LedgerMetric[] = [
  of('exporter_sent_log_records', 'counter', 'Records that the peer accepted.', ({ delivered }) => delivered),
  of('exporter_send_failed_log_records', 'counter', 'Records given up.', (account) => total(account.dropped)),
  of(
    'exporter_enqueue_failed_log_records',
    'counter',
    'Always 0: what finds no room in the queue is refused, and offered again.',
    () => 0,
  ),
  of('exporter_queue_size', 'gauge', 'What the sending queue holds.', (account) => queueOf(account)?.used),
  of('exporter_queue_capacity', 'gauge', 'What it may hold.', (account) => queueOf(account)?.size),
];

const TABLE: LedgerTable = {
  receiver: RECEIVER,
  processor: PROCESSOR,
  connector: [],
  exporter: EXPORTER,
  extension: [],
};

/** A metric of the process, and how it is read. */
interface ProcessMetric extends MetricDefinition {
  readonly read: () => number;
}

function ofProcess(
  name: string,
  instrument: 'counter' | 'gauge',
  unit: string,
  description: string,
  read: () => number,
): ProcessMetric {
  return { name: `otelcol_process_${name}`, instrument, unit, description, read };
}

const PROCESS: readonly ProcessMetric[] = [
  ofProcess('uptime', 'counter', 's', 'Time since the start.', () => process.uptime()),
  ofProcess('cpu_seconds', 'counter', 's', 'CPU time, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  ofProcess('memory_rss', 'gauge', 'By', 'Resident memory.', () => process.memoryUsage().rss),
  ofProcess(
    'runtime_heap_alloc_bytes',
    'gauge',
    'By',
    "JavaScript's heap in use.",
    () => process.memoryUsage().heapUsed,
  ),
  ofProcess(
    'runtime_total_sys_memory_bytes',
    'gauge',
    'By',
    "JavaScript's heap and what belongs to it.",
    () => {
      const { heapTotal, external } = process.memoryUsage();
      return heapTotal + external;
    },
  ),
];

/** What `naming: collector` adds: the metrics that dashboards and alerts of the Collector ask for. */
export const COLLECTOR_METRICS: readonly MetricDefinition[] = [...Object.values(TABLE).flat(), ...PROCESS];

/** Shows accounts under the Collector's names. */
export class CollectorMetrics {
  readonly #ledger: LedgerMetrics;

  constructor(meter: Meter) {
    this.#ledger = new LedgerMetrics(meter, TABLE);
    for (const metric of PROCESS)
      observable(meter, metric).addCallback((result) => result.observe(metric.read()));
  }

  /** As {@link LedgerMetrics.show}. */
  show(account: Account, attributes: Attributes): void {
    this.#ledger.show(account, { ...attributes, ...labels(account.kind, attributes) });
  }
}

/** The Collector's labels; those of ours stay, since they tell instances of a processor apart. */
function labels(kind: Account['kind'], attributes: Attributes): Attributes {
  const id = attributes[MetricAttr.componentId.name];
  if (typeof id !== 'string') return {};
  switch (kind) {
    case 'receiver':
      return { [MetricAttr.otelReceiver.name]: id, [MetricAttr.otelTransport.name]: id.split('/', 1)[0] };
    case 'processor':
      return { [MetricAttr.otelProcessor.name]: id, [MetricAttr.otelSignal.name]: 'logs' };
    case 'exporter':
      return { [MetricAttr.otelExporter.name]: id, [MetricAttr.otelDataType.name]: 'logs' };
    case 'connector':
    case 'extension':
      return {};
  }
}
