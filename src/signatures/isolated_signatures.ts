import type { LogBatch, LogRecord } from '../model/log_record.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Description } from './description.ts';
import { EventNames } from './event_names.ts';
import { type Death, Isolate, type IsolateLimits } from './isolation/isolate.ts';
import type { FoundMessage, LoadedAnswer, Question, RanAnswer } from './isolation/messages.ts';
import type { NumberedDetection } from './numbered_detection.ts';
import { messageOf, recordOf } from './record_message.ts';
import type { Mishap } from './runner.ts';
import { selectedOf } from './selected.ts';

/** A signature that was loaded. */
export interface LoadedSignature {
  readonly number: number;
  readonly path: string;
  readonly description: Description;
}

/** What is told of signatures that went wrong. */
export interface Troubles {
  errors: number;
  readonly disabled: Set<string>;
}

/** Threads that died without it being known whose fault it was; then none of the signatures runs any more. */
const MAX_UNKNOWN = 3;
/** Failures of what signatures left behind, a timer of Node's for one, that are told; all are counted. */
const MAX_LEFT = 20;

/**
 * Signatures of users, in a thread of their own. One that hangs, takes too long, takes too much memory or ends the thread is
 * disabled; a new thread is started without it, with the state of the others forgotten, and given the same records again. Asked
 * for one batch at a time.
 */
export class IsolatedSignatures {
  readonly troubles: Troubles = { errors: 0, disabled: new Set() };
  readonly #paths: readonly string[];
  readonly #allowed: readonly string[];
  readonly #limits: IsolateLimits;
  readonly #logger: Logger;
  readonly #excluded = new Set<number>();
  #isolate: Isolate | undefined;
  #names = new EventNames([]);
  #nextTimer: number | undefined;
  #unknown = 0;
  #left = 0;
  #state: 'loading' | 'running' | 'ending' | 'aborted' = 'loading';

  /** `paths`: a signature each; `allowed`: what they may import. */
  constructor(paths: readonly string[], allowed: readonly string[], limits: IsolateLimits, logger: Logger) {
    this.#paths = paths;
    this.#allowed = allowed;
    this.#limits = limits;
    this.#logger = logger;
  }

  /** Loads them; what cannot be loaded is told and counted. */
  async start(): Promise<readonly LoadedSignature[]> {
    const loaded = await this.#open();
    if (this.#state === 'loading') this.#state = 'running';
    return (loaded?.signatures ?? []).map(({ number, description }) => ({
      number,
      description,
      path: this.#paths[number] ?? '',
    }));
  }

  /** Gives them what they want of a batch; undefined when nothing of it concerns them. */
  async run(batch: LogBatch): Promise<readonly NumberedDetection[] | undefined> {
    if (this.#isolate === undefined) return undefined;
    const selected = selectedOf(batch, this.#names, this.#nextTimer);
    if (selected === undefined) return undefined;
    const { records, places, until } = selected;
    return this.#found({ kind: 'run', records: records.map(messageOf), until }, records, places);
  }

  /** Tells them that nothing more comes, and ends the thread. */
  async end(): Promise<readonly NumberedDetection[]> {
    if (this.#state === 'running') this.#state = 'ending';
    const found = await this.#found({ kind: 'signal', signal: { kind: 'end' } });
    await this.close();
    return found;
  }

  /** Ends the thread, since others take their place. */
  async close(): Promise<void> {
    if (this.#state === 'running') this.#state = 'ending';
    await this.#isolate?.close();
    this.#isolate = undefined;
  }

  /** Ends the thread at once, for good: whoever waits for it does not wait longer. */
  abort(): void {
    this.#state = 'aborted';
    void this.#isolate?.end();
  }

  async #found(
    question: Question,
    records: readonly LogRecord[] = [],
    places: readonly number[] = [],
  ): Promise<readonly NumberedDetection[]> {
    try {
      const answer = await this.#ask(question);
      return (answer?.found ?? []).map((found) => detectionOf(found, records, places));
    } catch (error) {
      await this.#distrust(`its thread answered what cannot be: ${String(error)}`);
      return [];
    }
  }

  // Whose answer it was is not known: none of them runs any more.
  async #distrust(reason: string): Promise<void> {
    await this.#isolate?.end();
    this.#isolate = undefined;
    this.#disableAll(reason);
  }

  /** Asks until a thread lives to answer; undefined when none of the signatures is left. */
  async #ask(question: Question): Promise<RanAnswer | undefined> {
    while (this.#isolate !== undefined) {
      const answer = await this.#isolate.ask(question);
      if (answer.kind === 'ran') {
        this.#nextTimer = answer.nextTimer;
        for (const mishap of answer.mishaps) this.#report(mishap);
        return answer;
      }
      this.#isolate = undefined;
      if (this.#state === 'aborted') return undefined;
      this.#bury(answer);
      if (this.#state === 'running') await this.#open();
    }
    return undefined;
  }

  async #open(): Promise<LoadedAnswer | undefined> {
    for (;;) {
      const sources = this.#paths.flatMap((path, number) =>
        this.#excluded.has(number) ? [] : [{ number, path }],
      );
      if (sources.length === 0) return undefined;
      const started = await Isolate.start(sources, this.#allowed, this.#paths.length, this.#limits);
      if (!('kind' in started)) {
        const { isolate, loaded } = started;
        for (const mishap of loaded.mishaps) this.#report(mishap);
        if (loaded.signatures.length === 0) {
          await isolate.close();
          return loaded;
        }
        this.#isolate = isolate;
        this.#names = new EventNames([loaded.events]);
        this.#nextTimer = undefined;
        return loaded;
      }
      this.#bury(started);
    }
  }

  #bury({ number, reason }: Death): void {
    if (number !== undefined) {
      this.#report({ number, reason, disabled: true });
      return;
    }
    this.#unknown++;
    this.#logger.warn('the thread of signatures has died and is started again', { reason });
    if (this.#unknown < MAX_UNKNOWN) return;
    this.#disableAll(reason);
  }

  #disableAll(reason: string): void {
    for (const [number] of this.#paths.entries()) this.#report({ number, reason, disabled: true });
  }

  #report({ number, reason, disabled }: Mishap): void {
    this.troubles.errors++;
    const path = this.#paths[number];
    if (path === undefined) {
      if (this.#left++ < MAX_LEFT)
        this.#logger.warn('a signature left something behind that failed', { reason });
      return;
    }
    if (disabled && !this.#excluded.has(number)) {
      this.#excluded.add(number);
      this.troubles.disabled.add(path);
      const what = this.#state === 'loading' ? 'cannot be loaded' : 'does not run any more';
      this.#logger.error(`a signature ${what}`, { signature: path, reason });
    } else this.#logger.warn('a signature failed', { signature: path, reason });
  }
}

function detectionOf(
  { about, place, ...rest }: FoundMessage,
  records: readonly LogRecord[],
  places: readonly number[],
): NumberedDetection {
  const at = places[place] ?? -1;
  if (typeof about !== 'number')
    return { ...rest, record: recordOf(about), event: about.told.uid, place: at };
  const record = records[about];
  if (record === undefined) throw new Error('a signature told of a record that it was not given');
  return { ...rest, record, event: undefined, place: at };
}
