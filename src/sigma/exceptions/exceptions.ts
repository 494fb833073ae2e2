import type { LogRecord } from '../../model/log_record.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DetectingRule } from '../rule/documents.ts';
import type { Exception } from './exception.ts';

/** All exceptions of a processor. One that is over is announced once, and what it held back is told again. */
export class Exceptions {
  #running: readonly Exception[];
  #expired = 0;
  /** Milliseconds since 1970. */
  #nextEnd = Number.NEGATIVE_INFINITY;
  readonly #logger: Logger;
  readonly #now: () => number;

  constructor(exceptions: readonly Exception[], logger: Logger, now: () => number = Date.now) {
    this.#running = exceptions;
    this.#logger = logger;
    this.#now = now;
    this.#expire();
  }

  /** Exceptions that hold back, and those that are over. */
  get counts(): { readonly running: number; readonly expired: number } {
    this.#expire();
    return { running: this.#running.length, expired: this.#expired };
  }

  /** Whether a detection falls under one of them; it is counted there. */
  cover(rule: DetectingRule, record: LogRecord): boolean {
    this.#expire();
    const exception = this.#running.find((one) => one.covers(rule, record));
    if (exception === undefined) return false;
    exception.count++;
    return true;
  }

  #expire(): void {
    const now = this.#now();
    if (now < this.#nextEnd) return;
    const over = this.#running.filter((one) => one.isOver(now));
    for (const { config, count } of over) {
      const { owner, rules = ['all'], expires, reason = '' } = config;
      const facts = { owner, rules: rules.join(', '), expired: new Date(expires).toISOString(), reason };
      this.#logger.warn('an exception has expired: its detections are told again', {
        ...facts,
        'held back': count,
      });
    }
    this.#expired += over.length;
    this.#running = this.#running.filter((one) => !over.includes(one));
    this.#nextEnd = Math.min(...this.#running.map(({ config }) => config.expires));
  }
}
