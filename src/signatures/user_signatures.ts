import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import type { LogBatch } from '../model/log_record.ts';
import { lookForChanges } from '../sigma/changes.ts';
import type { CodeRule } from '../sigma/rule/documents.ts';
import type { Logger } from '../telemetry/logger.ts';
import { codeRule } from './code_rule.ts';
import { findSignatures } from './files.ts';
import { IsolatedSignatures } from './isolated_signatures.ts';
import type { IsolateLimits } from './isolation/isolate.ts';
import type { NumberedDetection } from './numbered_detection.ts';

/** Which signatures of users run, and how. */
export interface UserSignaturesOptions {
  readonly folders: readonly string[];
  readonly limits: IsolateLimits;
  /** Milliseconds between two looks for changed files; 0: none. */
  readonly reloadInterval: number;
  readonly logger: Logger;
}

/** A detection, and the signature that made it. */
export interface RuledDetection {
  readonly one: NumberedDetection;
  readonly rule: CodeRule | undefined;
}

/** What came of files that changed. */
export type SignatureReload = 'loaded' | 'refused';

/** Signatures that were loaded together; without a thread where there are none. */
interface Loaded {
  readonly isolated: IsolatedSignatures | undefined;
  readonly rules: ReadonlyMap<number, CodeRule>;
  /** Files that could not be loaded. */
  readonly failed: ReadonlySet<string>;
}

const NONE: Loaded = { isolated: undefined, rules: new Map(), failed: new Set() };

/**
 * Signatures of users, and those that come in their place when files change: these are loaded into a thread of their own
 * beside the running one, and take over between two batches, with nothing remembered. A set in which something fails
 * that did not before is refused.
 */
export class UserSignatures {
  readonly #options: UserSignaturesOptions;
  readonly #closed = new AbortController();
  readonly reloads = new Map<SignatureReload, number>();
  #now: Loaded = NONE;
  #stamp = '';
  /** Errors of those that do not run any more. */
  #errorsBefore = 0;
  /** Settles when what was asked before is answered. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: UserSignaturesOptions) {
    this.#options = options;
  }

  /** Loads them. Rejects when a folder cannot be read or others may write to it. */
  async start(): Promise<void> {
    this.#now = await this.#load();
    const { folders, reloadInterval } = this.#options;
    if (folders.length === 0 || reloadInterval === 0) return;
    void lookForChanges({
      stamp: () => this.#stampNow(),
      loaded: () => this.#stamp,
      interval: reloadInterval,
      onChange: () => this.#reload(),
      onError: (error) => this.#refused(String(error)),
      signal: this.#closed.signal,
    });
  }

  /** What runs now. */
  get rules(): readonly CodeRule[] {
    return [...this.#now.rules.values()];
  }

  /** Errors so far, those included that could not be loaded. */
  get errors(): number {
    return this.#errorsBefore + (this.#now.isolated?.troubles.errors ?? 0);
  }

  /** How many do not run any more, or never did. */
  get disabled(): number {
    return this.#now.isolated?.troubles.disabled.size ?? 0;
  }

  /**
   * Gives them a batch, behind those before it, and hands what they found to `then`; undefined where there are none and
   * nothing is waited for.
   */
  run<T>(batch: LogBatch, then: (found: readonly RuledDetection[] | undefined) => T): Promise<T> | undefined {
    if (this.#now.isolated === undefined && this.#waiting === 0) return undefined;
    return this.#inTurn(async () => {
      const { isolated, rules } = this.#now;
      return then(ruled(await isolated?.run(batch), rules));
    });
  }

  /** Tells them that nothing more comes; what they say to that until the deadline is over. */
  async end(deadline: AbortSignal): Promise<readonly RuledDetection[] | undefined> {
    this.#closed.abort();
    const abort = (): void => this.#now.isolated?.abort();
    if (deadline.aborted) abort();
    deadline.addEventListener('abort', abort, { once: true });
    const found = await this.#inTurn(async () => ruled(await this.#now.isolated?.end(), this.#now.rules));
    deadline.removeEventListener('abort', abort);
    return found;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const done = this.#turn.then(work).finally(() => this.#waiting--);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  // What keeps files from being read is a state of theirs, too: it is told once.
  #stampNow(): Promise<string> {
    return Promise.all(this.#options.folders.map(findSignatures)).then(
      (found) => stampOf(found.flatMap(({ all }) => all)),
      String,
    );
  }

  async #load(): Promise<Loaded> {
    const { folders, limits, logger } = this.#options;
    // Before they are read: what changes meanwhile is seen at the next look.
    this.#stamp = await this.#stampNow();
    const found = await Promise.all(folders.map(findSignatures));
    const paths = found.flatMap(({ signatures }) => signatures);
    if (paths.length === 0) return NONE;
    const all = found.flatMap((one) => one.all);
    const isolated = new IsolatedSignatures(paths, all, limits, logger);
    const rules = new Map<number, CodeRule>();
    for (const { number, path, description } of await isolated.start())
      rules.set(number, codeRule(description, path));
    return { isolated, rules, failed: new Set(isolated.troubles.disabled) };
  }

  async #reload(): Promise<void> {
    const next = await this.#load();
    const worse = [...next.failed].filter((path) => !this.#now.failed.has(path));
    if (worse.length === 0) return this.#inTurn(() => this.#replace(next));
    await next.isolated?.close();
    this.#refused(`they cannot all be loaded: ${worse[0]}`);
  }

  async #replace(next: Loaded): Promise<void> {
    if (this.#closed.signal.aborted) return next.isolated?.close();
    const before = this.#now;
    this.#errorsBefore = this.errors;
    this.#now = next;
    this.#count('loaded');
    const { logger } = this.#options;
    logger.info('signatures were loaded again', { signatures: next.rules.size, failed: next.failed.size });
    await before.isolated?.close();
  }

  #refused(reason: string): void {
    this.#count('refused');
    this.#options.logger.error('the changed signatures are refused; those from before run on', { reason });
  }

  #count(outcome: SignatureReload): void {
    this.reloads.set(outcome, (this.reloads.get(outcome) ?? 0) + 1);
  }
}

function ruled(
  found: readonly NumberedDetection[] | undefined,
  rules: ReadonlyMap<number, CodeRule>,
): readonly RuledDetection[] | undefined {
  return found?.map((one) => ({ one, rule: rules.get(one.number) }));
}

/** Changes when one of the files does. */
function stampOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const info = lstatSync(path, { throwIfNoEntry: false });
    hash.update(JSON.stringify([path, info?.size, info?.mtimeMs, info?.ctimeMs, info?.ino]));
  }
  return hash.digest('hex');
}
