import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { estimateLog } from '../../src/otlp/size.ts';
import type { TalkerRow } from '../../src/status/panels.ts';
import { PodCounts } from '../../src/telemetry/pod_metrics.ts';
import { observeRateLimit } from '../../src/telemetry/rate_limit_metrics.ts';
import type { RateLimitConfig } from './config.ts';
import { type Group, Limit, pass } from './limit.ts';

/** What the status page shows of each limit. */
const TALKERS = 10;
/** What the ledger calls it. */
const CAUSE = 'rate_limit';

/** What was decided of a batch, to be counted, or taken back where it comes again. */
interface Decision {
  readonly kept: LogRecord[];
  readonly passed: { readonly group: Group; readonly bytes: number }[];
  readonly dropped: { readonly limit: Limit; readonly group: Group; readonly record: LogRecord }[];
}

/** Leaves out records that are more than the limits let through; detections and what Sigel says of itself always pass. */
export class RateLimitProcessor implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #next: LogsConsumer;
  readonly #limits: readonly Limit[];
  readonly #dropped: Map<string, number>;
  readonly #pods = new PodCounts();

  constructor(context: ComponentContext, config: RateLimitConfig, next: LogsConsumer) {
    this.#context = context;
    this.#next = next;
    this.#limits = config.limits.map((limit) => new Limit(limit, config.max_groups));
    this.#dropped = new Map(this.#limits.map(({ name }) => [name, 0]));
    context.account.status.show('talkers', () => this.#limits.flatMap(talkers));
  }

  async start(): Promise<void> {
    observeRateLimit(this.#context.meter, {
      dropped: this.#dropped,
      pods: this.#pods,
      groups: () => this.#limits.map(({ name, size }) => [name, size]),
    });
  }

  async shutdown(): Promise<void> {}

  /** Hands on what passes. Nothing is counted where that is refused: it comes again. */
  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const decision = this.#decide(batch);
    const { kept, passed, dropped } = decision;
    const all = dropped.length === 0 ? batch : kept;
    const outcome = all.length === 0 ? ACCEPTED : await this.#next.consumeLogs(all);
    if (outcome.kind === 'accepted') this.#count(batch.length, decision);
    else for (const { group, bytes } of passed) pass(group, bytes, -1);
    return outcome;
  }

  #decide(batch: LogBatch): Decision {
    const decision: Decision = { kept: [], passed: [], dropped: [] };
    for (const record of batch) {
      if (isExempt(record) || this.#passes(record, decision)) decision.kept.push(record);
    }
    return decision;
  }

  #passes(record: LogRecord, { passed, dropped }: Decision): boolean {
    const [whole, nanoseconds] = record.hrTime;
    const seconds = whole + nanoseconds / 1e9;
    const bytes = estimateLog(record);
    const groups: Group[] = [];
    for (const limit of this.#limits) {
      const group = limit.groupOf(record, seconds);
      if (group === undefined) continue;
      if (!limit.allows(group, bytes)) {
        dropped.push({ limit, group, record });
        return false;
      }
      groups.push(group);
    }
    for (const group of groups) {
      pass(group, bytes);
      passed.push({ group, bytes });
    }
    return true;
  }

  #count(taken: number, { kept, dropped }: Decision): void {
    const { account } = this.#context;
    account.taken += taken;
    account.emitted += kept.length;
    account.drop(CAUSE, dropped.length);
    for (const { limit, group, record } of dropped) {
      group.dropped++;
      this.#dropped.set(limit.name, (this.#dropped.get(limit.name) ?? 0) + 1);
      this.#pods.add(record.resource, 1);
    }
  }
}

/** Events of Windows whose provider has such a name have a slash in theirs. */
function isExempt({ eventName }: LogRecord): boolean {
  return eventName.startsWith('sigel.') && !eventName.includes('/');
}

function talkers({ name, groups }: Limit): readonly TalkerRow[] {
  const rows = [...groups].map(({ text, records, bytes, dropped }) => ({
    limit: name,
    group: text,
    records,
    bytes,
    dropped,
  }));
  return rows.sort((a, b) => b.bytes - a.bytes).slice(0, TALKERS);
}
