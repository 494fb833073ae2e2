import type { Component, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { SpanBatch } from '../../src/model/span.ts';
import type { Account } from '../../src/telemetry/ledger.ts';

/** Hands batches on as they are; the outcome downstream is the outcome upstream. */
abstract class Forward implements Component {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Counts a batch once the pipelines behind have taken it: a refused one is not taken here either. */
  protected async settle(size: number, outcome: Promise<Outcome>): Promise<Outcome> {
    const settled = await outcome;
    if (settled.kind === 'accepted') {
      this.#account.taken += size;
      this.#account.emitted += size;
    }
    return settled;
  }
}

/** Joins logs pipelines. */
export class ForwardLogs extends Forward implements LogsConsumer {
  readonly #next: LogsConsumer;

  constructor(account: Account, next: LogsConsumer) {
    super(account);
    this.#next = next;
  }

  consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.settle(batch.length, this.#next.consumeLogs(batch));
  }
}

/** Joins traces pipelines. */
export class ForwardTraces extends Forward implements TracesConsumer {
  readonly #next: TracesConsumer;

  constructor(account: Account, next: TracesConsumer) {
    super(account);
    this.#next = next;
  }

  consumeTraces(batch: SpanBatch): Promise<Outcome> {
    return this.settle(batch.length, this.#next.consumeTraces(batch));
  }
}
