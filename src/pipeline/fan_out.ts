import type { Outcome } from '../model/outcome.ts';
import { acceptedWith, refusedForGood, retryLater } from '../model/outcome.ts';
import type { Account } from '../telemetry/ledger.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type BackOffOptions, backOff, RE_OFFER, sleep } from './back_off.ts';

/** The consume method of a component, whatever the signal. */
export type Consume<B> = (batch: B) => Promise<Outcome>;

/** One of the takers of a fan-out. */
export interface Branch<B> {
  readonly name: string;
  readonly consume: Consume<B>;
  /** The page of the ledger for what this branch alone did not get. */
  readonly account: () => Account;
}

/** What a fan-out needs beside its branches. */
export interface FanOutOptions {
  /** Ends re-offering: the service's time for draining is over. */
  readonly deadline: AbortSignal;
  readonly logger: Logger;
  readonly backOff?: BackOffOptions;
}

/**
 * Offers every batch to all branches at once. All accept: accepted. None takes it and one of them may later:
 * refused, to be repeated. As soon as one branch has taken it, the batch must not come again from above, so
 * the fan-out itself offers it on to those that refused for now, with back-off, until they take it, refuse it
 * for good or the deadline passes; what a branch did not get is counted as dropped there alone.
 */
export function fanOut<B extends { readonly length: number }>(
  branches: readonly Branch<B>[],
  options: FanOutOptions,
): Consume<B> {
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return only.consume;
  return async (batch) => {
    const tried = await Promise.all(
      branches.map(async (branch) => ({ branch, outcome: await branch.consume(batch) })),
    );
    const refusals = tried.flatMap(({ branch, outcome }) =>
      outcome.kind === 'refused' ? [{ branch, outcome }] : [],
    );
    const outcomes = tried.map(({ outcome }) => outcome);
    if (refusals.length === 0) return acceptedWith(outcomes);
    const forGood = refusals.filter(({ outcome }) => !outcome.retryable);
    if (refusals.length === branches.length && (forGood.length === 0 || forGood.length === branches.length)) {
      const reason = refusals.map(({ branch, outcome }) => `${branch.name}: ${outcome.reason}`).join('; ');
      return forGood.length === 0 ? retryLater(reason) : refusedForGood(reason);
    }
    for (const { branch, outcome } of forGood) drop(branch, batch, 'refused', outcome.reason, options);
    const later = refusals.filter(({ outcome }) => outcome.retryable);
    const offered = await Promise.all(later.map(({ branch }) => offerOn(branch, batch, options)));
    return acceptedWith([...outcomes, ...offered]);
  };
}

async function offerOn<B extends { readonly length: number }>(
  branch: Branch<B>,
  batch: B,
  options: FanOutOptions,
): Promise<Outcome> {
  const { deadline, backOff: times = RE_OFFER } = options;
  const waits = backOff(times);
  for (;;) {
    await sleep(waits.next().value, deadline);
    const outcome = await branch.consume(batch);
    if (outcome.kind === 'accepted') return outcome;
    if (outcome.retryable && !deadline.aborted) continue;
    drop(branch, batch, outcome.retryable ? 'shutdown' : 'refused', outcome.reason, options);
    return outcome;
  }
}

function drop<B extends { readonly length: number }>(
  branch: Branch<B>,
  batch: B,
  cause: string,
  reason: string,
  { logger }: FanOutOptions,
): void {
  const account = branch.account();
  account.taken += batch.length;
  account.drop(cause, batch.length);
  logger.warn('records dropped for one of several', {
    branch: branch.name,
    cause,
    reason,
    records: batch.length,
  });
}
