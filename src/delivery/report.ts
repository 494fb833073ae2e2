import type { Logger } from '../telemetry/logger.ts';
import type { Drop } from './sender.ts';

/** The same trouble is reported again only after this time. */
const REPEAT_MS = 30_000;

/**
 * Tells the operator that delivery fails, works again or gives something up: once when it begins and then rarely,
 * since there is no log line per batch. The exact counts are in the ledger.
 */
export class DeliveryReport {
  readonly #logger: Logger;
  readonly #now: () => number;
  #failing: { readonly since: number; attempts: number; reported: number; reason: string } | undefined;
  /** Why things were given up, since the peer last took something. */
  #givenUp: string | undefined;
  #warned = Number.NEGATIVE_INFINITY;
  #storageReported = Number.NEGATIVE_INFINITY;
  readonly #given = new Map<string, { reported: number; count: number }>();

  constructor(logger: Logger, now: () => number = performance.now.bind(performance)) {
    this.#logger = logger;
    this.#now = now;
  }

  /** An attempt failed and will be repeated. */
  retrying(reason: string, delayMs: number): void {
    const now = this.#now();
    this.#failing ??= { since: now, attempts: 0, reported: Number.NEGATIVE_INFINITY, reason };
    this.#failing.attempts++;
    this.#failing.reason = reason;
    if (now - this.#failing.reported < REPEAT_MS) return;
    this.#failing.reported = now;
    const { attempts } = this.#failing;
    this.#logger.warn('delivery fails, will be retried', {
      reason,
      attempts,
      retry_in_ms: Math.round(delayMs),
    });
  }

  /** Why nothing is delivered at the moment, as far as is known. */
  get trouble(): string | undefined {
    if (this.#failing !== undefined) return `delivery fails: ${this.#failing.reason}`;
    return this.#givenUp === undefined ? undefined : `records were dropped: ${this.#givenUp}`;
  }

  /** The peer took something. */
  delivered(): void {
    this.#givenUp = undefined;
    if (this.#failing === undefined) return;
    const { since, attempts } = this.#failing;
    this.#failing = undefined;
    this.#logger.info('delivery works again', {
      failed_attempts: attempts,
      after_ms: Math.round(this.#now() - since),
    });
  }

  /** The peer took everything and had something to say about it. */
  warned(warning: string): void {
    const now = this.#now();
    if (now - this.#warned < REPEAT_MS) return;
    this.#warned = now;
    this.#logger.warn('the peer warns', { warning });
  }

  /** A queue on disk could not be written or read. */
  storageTrouble(reason: string): void {
    const now = this.#now();
    if (now - this.#storageReported < REPEAT_MS) return;
    this.#storageReported = now;
    this.#logger.warn('the queue on disk has trouble, and waits', { reason });
  }

  /** Items were given up. */
  dropped({ cause, count, reason }: Drop): void {
    this.#givenUp = reason;
    const now = this.#now();
    const given = this.#given.get(cause) ?? { reported: Number.NEGATIVE_INFINITY, count: 0 };
    this.#given.set(cause, given);
    given.count += count;
    if (now - given.reported < REPEAT_MS) return;
    this.#logger.warn('records were dropped', { cause, count: given.count, reason });
    given.reported = now;
    given.count = 0;
  }
}
