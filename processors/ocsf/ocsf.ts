import type { z } from 'zod';
import type { Component, LogsConsumer } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { ocsfConfig } from './config.ts';
import { detectionFinding } from './finding.ts';

/** Gives detections the body that OCSF has for them; all else stays as it is, and so do other records. */
export class OcsfProcessor implements Component, LogsConsumer {
  readonly #account: Account;
  readonly #next: LogsConsumer;
  readonly #isText: boolean;

  constructor(account: Account, config: z.infer<typeof ocsfConfig>, next: LogsConsumer) {
    this.#account = account;
    this.#next = next;
    this.#isText = config.body === 'json';
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const outcome = await this.#next.consumeLogs(batch.map((record) => this.#apply(record)));
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#account.taken += batch.length;
      this.#account.emitted += batch.length;
    }
    return outcome;
  }

  #apply(record: LogRecord): LogRecord {
    if (record.eventName !== DETECTION) return record;
    const finding = detectionFinding(record);
    return record.with({ body: this.#isText ? JSON.stringify(finding) : finding });
  }
}
