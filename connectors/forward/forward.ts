import type { Component, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Account } from '../../src/telemetry/ledger.ts';

/** Joins logs pipelines: the outcome downstream is the outcome upstream. */
export function forwardLogs(account: Account, next: LogsConsumer): Component & LogsConsumer {
  return {
    ...STATELESS,
    consumeLogs: async (batch) => count(account, batch.length, await next.consumeLogs(batch)),
  };
}

/** Joins traces pipelines. */
export function forwardTraces(account: Account, next: TracesConsumer): Component & TracesConsumer {
  return {
    ...STATELESS,
    consumeTraces: async (batch) => count(account, batch.length, await next.consumeTraces(batch)),
  };
}

const STATELESS: Component = { start: async () => {}, shutdown: async () => {} };

/** Counts a batch once the pipelines behind have taken it: what they refuse is not taken here either. */
function count(account: Account, size: number, outcome: Outcome): Outcome {
  if (outcome.kind === 'accepted') {
    account.taken += size;
    account.emitted += size;
  }
  return outcome;
}
