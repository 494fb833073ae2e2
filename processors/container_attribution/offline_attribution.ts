import type { Resource } from '@opentelemetry/resources';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import { AttributeBlock, type AttributeKey, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Value } from '../../src/model/value.ts';
import { processOf } from '../../src/process/process_block.ts';
import { type AttributionCounts, observeAttribution } from '../../src/telemetry/attribution_metrics.ts';
import { type InSilo, Silos } from './silos.ts';
import { CONFIDENCE } from './verdict.ts';

/** Kinds of marks kept: a trace can name any number of silos. */
const MAX_MARKS = 4096;

/**
 * Attribution where nobody knows the containers: records keep their node's resource, and say which silo or session of a
 * container they are of, as far as the trace tells it. Nothing waits.
 */
export class OfflineAttribution implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #next: LogsConsumer;
  readonly #silos = new WeakMap<Resource, Silos>();
  readonly #marks = new Map<string, AttributeBlock>();
  readonly #counts: AttributionCounts = {
    attributed: new Map(),
    unresolved: 0,
    released: 0,
    expired: 0,
    parked: () => 0,
    excluded: new Map(),
    remembered: () => ({}),
  };

  constructor(context: ComponentContext, next: LogsConsumer) {
    this.#context = context;
    this.#next = next;
    observeAttribution(context.meter, this.#counts);
  }

  async start(): Promise<void> {}
  async shutdown(): Promise<void> {}

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const found = batch.map((record) => this.#find(record));
    const marked = batch.map((record, i) => this.#give(record, found[i] ?? { kind: 'host' }));
    const outcome = await this.#next.consumeLogs(marked);
    // Counted when taken, as everywhere: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#context.account.taken += batch.length;
      this.#context.account.emitted += batch.length;
      for (const one of found) this.#count(one);
    }
    return outcome;
  }

  #find(record: LogRecord): InSilo {
    let silos = this.#silos.get(record.resource);
    if (silos === undefined) this.#silos.set(record.resource, (silos = new Silos()));
    return silos.take(record, processOf(record));
  }

  #give(record: LogRecord, found: InSilo): LogRecord {
    if (found.kind === 'host') return record;
    const values: [AttributeKey, Value | undefined][] =
      found.kind === 'unresolved'
        ? [[Attr.attributionMethod, 'unresolved']]
        : [
            [Attr.attributionMethod, found.method],
            [Attr.attributionConfidence, CONFIDENCE[found.method]],
            [Attr.containerIsolation, 'process'],
            [Attr.siloId, missing(record, Attr.siloId, found.silo)],
            [Attr.windowsSessionId, missing(record, Attr.windowsSessionId, found.session)],
          ];
    return record.plus(this.#mark(values));
  }

  /** The same block for the same values: it is encoded once. */
  #mark(values: readonly (readonly [AttributeKey, Value | undefined])[]): AttributeBlock {
    const key = JSON.stringify(values.map(([, value]) => value ?? null));
    let block = this.#marks.get(key);
    if (block === undefined) {
      if (this.#marks.size >= MAX_MARKS) this.#marks.clear();
      block = new AttributeBlock(
        new Shape(values.map(([name]) => name)),
        values.map(([, value]) => value),
      );
      this.#marks.set(key, block);
    }
    return block;
  }

  #count(found: InSilo): void {
    if (found.kind === 'unresolved') this.#counts.unresolved++;
    if (found.kind !== 'silo') return;
    const { attributed } = this.#counts;
    attributed.set(found.method, (attributed.get(found.method) ?? 0) + 1);
  }
}

/** A value that the record does not have yet. */
function missing<T extends Value>(
  record: LogRecord,
  key: AttributeKey<T>,
  value: T | undefined,
): T | undefined {
  return record.get(key) === undefined ? value : undefined;
}
