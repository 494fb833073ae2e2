import type { ComponentContext, LogsConsumer } from '../../src/component.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { offer } from '../../src/pipeline/offer.ts';
import type { AttributionCounts } from '../../src/telemetry/attribution_metrics.ts';
import type { Given } from './given.ts';

/**
 * Hands on what is this processor's own: what refuses it for now is offered it again, until the deadline of a shutdown.
 * Counts what became of all.
 */
export class Handing {
  readonly #context: ComponentContext;
  readonly #next: LogsConsumer;
  readonly #counts: AttributionCounts;
  readonly #isRecorded: boolean;
  readonly #giveUp = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  /** `isRecorded`: records are of a recorded trace, which can be read again. */
  constructor(context: ComponentContext, next: LogsConsumer, counts: AttributionCounts, isRecorded: boolean) {
    this.#context = context;
    this.#next = next;
    this.#counts = counts;
    this.#isRecorded = isRecorded;
  }

  /** Waits until all that is under way was taken, or the deadline is there. */
  async finish(deadline: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await Promise.race([Promise.all(this.#underWay), aborted(this.#giveUp.signal)]);
    deadline.removeEventListener('abort', giveUp);
  }

  /** Hands on without anybody waiting for it but {@link finish}. */
  soon(given: Given): void {
    const handing = this.andSettle(given);
    this.#underWay.add(handing);
    void handing.finally(() => this.#underWay.delete(handing));
  }

  /**
   * Hands on, and tells the callers whose records had waited. What a shutdown has cut short settles nothing of a recorded
   * trace; who waits for a live batch is given up there, too.
   */
  async andSettle(given: Given): Promise<void> {
    if (!(await this.now(given)) && this.#isRecorded) return;
    for (const batch of given.batches) if (--batch.open === 0) batch.settle();
  }

  /** Whether it was taken, or refused for good. */
  async now(given: Given): Promise<boolean> {
    const { account, logger } = this.#context;
    const { records, leftOut } = given;
    account.queued -= leftOut;
    account.filtered += leftOut;
    given.countLeftOut(this.#counts);
    if (records.length === 0) return true;
    const outcome = await offer(this.#next, records, account, { signal: this.#giveUp.signal, logger });
    account.queued -= records.length;
    if (outcome.kind === 'refused') return !outcome.retryable;
    account.emitted += records.length;
    given.countFound(this.#counts);
    return true;
  }

  /** Offers a batch of which nothing waits once: it stays the caller's. */
  async through(given: Given): Promise<Outcome> {
    const { records, leftOut } = given;
    const outcome = records.length === 0 ? ACCEPTED : await this.#next.consumeLogs(records);
    // Counted when taken, as everywhere: what is refused comes again.
    if (outcome.kind === 'accepted') {
      const { account } = this.#context;
      account.taken += records.length + leftOut;
      account.emitted += records.length;
      account.filtered += leftOut;
      given.countFound(this.#counts);
      given.countLeftOut(this.#counts);
    }
    return outcome;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
