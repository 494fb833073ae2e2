import type { z } from 'zod';
import type { Component, LogsConsumer } from '../../src/component.ts';
import type { AttributeBlock } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { filterConfig } from './config.ts';
import { type Matcher, matcher } from './matcher.ts';

/** The decision for the records that share a block, of the last event name seen with it. */
interface Decision {
  readonly eventName: string;
  readonly keep: boolean;
}

/** Keeps records that meet an include condition (if there are any) and no exclude condition. */
export class FilterProcessor implements Component, LogsConsumer {
  readonly #account: Account;
  readonly #next: LogsConsumer;
  readonly #include: readonly Matcher[] | undefined;
  readonly #exclude: readonly Matcher[];
  /** All a condition asks stands in the block of the event's schema, which many records share. */
  readonly #decisions = new WeakMap<AttributeBlock, Decision>();

  constructor(account: Account, config: z.infer<typeof filterConfig>, next: LogsConsumer) {
    this.#account = account;
    this.#next = next;
    this.#include = config.include?.map(matcher);
    this.#exclude = config.exclude?.map(matcher) ?? [];
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Hands on what is kept. A batch of which nothing is kept is accepted. */
  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const kept = batch.filter((record) => this.#keeps(record));
    const outcome =
      kept.length === 0
        ? ACCEPTED
        : await this.#next.consumeLogs(kept.length === batch.length ? batch : kept);
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#account.taken += batch.length;
      this.#account.filtered += batch.length - kept.length;
      this.#account.emitted += kept.length;
    }
    return outcome;
  }

  #keeps(record: LogRecord): boolean {
    const block = schemaBlock(record);
    if (block === undefined) return this.#decide(record);
    const known = this.#decisions.get(block);
    if (known?.eventName === record.eventName) return known.keep;
    const keep = this.#decide(record);
    this.#decisions.set(block, { eventName: record.eventName, keep });
    return keep;
  }

  #decide(record: LogRecord): boolean {
    const included = this.#include === undefined || this.#include.some((matches) => matches(record));
    return included && !this.#exclude.some((matches) => matches(record));
  }
}

function schemaBlock(record: LogRecord): AttributeBlock | undefined {
  return record.blocks.find((block) => block.shape.indexOf(Attr.etwEventId) >= 0);
}
