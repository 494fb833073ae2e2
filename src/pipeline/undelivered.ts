import type { PipelineConfig } from '../config/checked.ts';
import type { Account, Ledger } from '../telemetry/ledger.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Running, Stages } from './running.ts';

/** What was dropped so far, by account and cause. */
export type Drops = ReadonlyMap<Account, ReadonlyMap<string, number>>;

/** What was dropped until now. */
export function dropsOf(ledger: Ledger): Drops {
  return new Map(Array.from(ledger.accounts(), (account) => [account, new Map(account.dropped)]));
}

/** What stands in the ledger of whom. */
export interface Told {
  readonly ledger: Ledger;
  readonly stages: Stages;
  readonly pipelines: readonly PipelineConfig[];
  readonly logger: Logger;
}

/** Logs what was dropped since `before`, by account, pipeline and cause; how many records that are. */
export function tellLost(before: Drops, { ledger, stages, pipelines, logger }: Told): number {
  const running = new Map(stages.flat().map((one) => [one.context.account, one]));
  let sum = 0;
  for (const account of ledger.accounts()) {
    for (const [cause, count] of account.dropped) {
      const records = count - (before.get(account)?.get(cause) ?? 0);
      if (records === 0) continue;
      sum += records;
      const of = pipelinesOf(running.get(account), pipelines);
      logger.warn('records could not be delivered before the end', {
        component: account.id,
        cause,
        records,
        ...(of.length === 0 ? {} : { pipelines: of.join(', ') }),
      });
    }
  }
  return sum;
}

function pipelinesOf(running: Running | undefined, pipelines: readonly PipelineConfig[]): readonly string[] {
  if (running === undefined) return [];
  const { id, pipeline } = running;
  if (pipeline !== undefined) return [pipeline];
  return pipelines
    .filter(({ receivers, exporters }) => receivers.includes(id) || exporters.includes(id))
    .map((one) => one.id);
}
