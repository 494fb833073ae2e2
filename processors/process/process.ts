import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { observeProcesses } from '../../src/telemetry/process_table_metrics.ts';
import type { processConfig } from './config.ts';
import { Redaction } from './redaction.ts';

/**
 * Gives every record the facts of the process it is of. What is learnt of processes is learnt from redacted
 * records, so that nothing else is kept; a batch that is offered again teaches nothing twice.
 */
export class ProcessProcessor implements Component, LogsConsumer {
  readonly #account: Account;
  readonly #next: LogsConsumer;
  readonly #redaction: Redaction;
  readonly #hosts: ProcessHosts;

  constructor(
    { account, meter }: Pick<ComponentContext, 'account' | 'meter'>,
    config: z.infer<typeof processConfig>,
    next: LogsConsumer,
  ) {
    this.#account = account;
    this.#next = next;
    this.#redaction = new Redaction(config.redact);
    const limits = { maxProcesses: config.max_processes, keepExited: config.keep_exited * 1000 };
    this.#hosts = new ProcessHosts(limits, config.ancestors, config.trace_window * 1000);
    observeProcesses(meter, this.#hosts);
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    // Not kept while it waits: who has it next makes records of their own of them.
    const outcome = await this.#next.consumeLogs(this.#given(batch));
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#account.taken += batch.length;
      this.#account.emitted += batch.length;
    }
    return outcome;
  }

  #given(batch: LogBatch): LogBatch {
    return batch.map((record) => this.#hosts.take(this.#redaction.apply(record)));
  }
}
