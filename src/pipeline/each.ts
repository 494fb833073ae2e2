import type { Component, LogsConsumer, TracesConsumer } from '../component.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Outcome } from '../model/outcome.ts';
import type { SpanBatch } from '../model/span.ts';
import type { Account } from '../telemetry/ledger.ts';

type Span = SpanBatch[number];

/** A processor that hands on one record for each, by `change`, and keeps none: who has a batch next makes records of their own. */
export function eachRecord(
  account: Account,
  next: LogsConsumer,
  change: (record: LogRecord) => LogRecord,
): Component & LogsConsumer {
  return {
    ...STATELESS,
    consumeLogs: async (batch) => count(account, batch.length, await next.consumeLogs(batch.map(change))),
  };
}

/** {@link eachRecord} for spans. */
export function eachSpan(
  account: Account,
  next: TracesConsumer,
  change: (span: Span) => Span,
): Component & TracesConsumer {
  return {
    ...STATELESS,
    consumeTraces: async (batch) => count(account, batch.length, await next.consumeTraces(batch.map(change))),
  };
}

const STATELESS: Component = { start: async () => {}, shutdown: async () => {} };

// Counted when taken: what is refused comes again.
function count(account: Account, size: number, outcome: Outcome): Outcome {
  if (outcome.kind === 'accepted') {
    account.taken += size;
    account.emitted += size;
  }
  return outcome;
}
