import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountName, AccountSource } from '../../etw/accounts.ts';
import { GenerationMap } from '../../etw/correlate/generation_map.ts';
import { wellKnownAccount } from '../../etw/well_known_sids.ts';
import type { Called } from '../sessions/control.ts';

/** Asks the host who a SID stands for, off the thread; it may ask a domain controller and take its time. */
export type LookUpAccount = (sid: string) => Promise<Called<AccountName>>;

/** What {@link Accounts} needs. */
export interface AccountsOptions {
  readonly lookUp: LookUpAccount;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** How to wait; tests do not. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

interface Known {
  /** Undefined: nobody knows it. */
  readonly account: AccountName | undefined;
  readonly until: number;
  /** Look-ups in a row that brought nothing. */
  readonly failures: number;
}

const MINUTE = 60_000;
/** Accounts are seldom renamed. */
const KNOWN_FOR = 60 * MINUTE;
/**
 * Doubled with each failure: there may be no such account, or a domain controller has a bad minute; which of
 * the two it was, Windows tells only the thread that asked.
 */
const UNKNOWN_FOR = MINUTE;
const MAX_ACCOUNTS = 4096;
const MAX_WAITING = 256;
/** After an answer that brought nothing: SIDs that somebody makes up must not keep a domain controller busy. */
const PAUSE = 250;
// MS-DTYP 2.4.2.1, at most 15 sub-authorities.
const SID = /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/;

/**
 * Names of accounts. What is not known yet is looked up, one SID at a time, and known to later events;
 * whoever asks never waits.
 */
export class Accounts implements AccountSource {
  readonly #options: AccountsOptions;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #known = new GenerationMap<string, Known>(MAX_ACCOUNTS);
  readonly #waiting = new Set<string>();
  #working = false;
  #closed = false;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#wait = options.wait ?? ((milliseconds) => sleep(milliseconds, undefined, { ref: false }));
  }

  account(sid: string): AccountName | undefined {
    const wellKnown = wellKnownAccount(sid);
    if (wellKnown !== undefined) return wellKnown;
    const known = this.#known.get(sid);
    if (known === undefined || known.until <= this.#options.now()) this.#want(sid);
    return known?.account;
  }

  /** Looks nothing up any more. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
  }

  #want(sid: string): void {
    if (this.#closed || this.#waiting.size >= MAX_WAITING || !SID.test(sid)) return;
    this.#waiting.add(sid);
    if (!this.#working) void this.#work();
  }

  // One at a time: a look-up holds a thread of libuv's four, and may hold it for long.
  async #work(): Promise<void> {
    this.#working = true;
    for (const sid of this.#waiting) {
      const known = await this.#lookUp(sid);
      this.#known.set(sid, known);
      if (known.account === undefined) await this.#wait(PAUSE);
      this.#waiting.delete(sid);
      if (this.#closed) break;
    }
    this.#working = false;
  }

  async #lookUp(sid: string): Promise<Known> {
    const before = this.#known.get(sid);
    const { lookUp, now } = this.#options;
    const answer = await lookUp(sid).catch(() => undefined);
    if (answer?.kind === 'ok') return { account: answer.value, until: now() + KNOWN_FOR, failures: 0 };
    const failures = (before?.failures ?? 0) + 1;
    const wait = Math.min(KNOWN_FOR, UNKNOWN_FOR * 2 ** (failures - 1));
    // What was known before is better than nothing.
    return { account: before?.account, until: now() + wait, failures };
  }
}
