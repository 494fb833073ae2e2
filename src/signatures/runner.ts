import type {
  Findings,
  Signal,
  SignatureContext,
  SignatureDefinition,
  SignatureInstance,
  SignatureRecord,
} from './api.ts';
import { EventNames } from './event_names.ts';
import { EventTimers } from './event_timers.ts';
import { type FoundFacts, factsOf } from './finding.ts';
import { StateStore } from './state_store.ts';

/** A signature to run, and the number it is known by. */
export interface Numbered {
  readonly number: number;
  readonly definition: SignatureDefinition;
}

/** A detection of a signature. */
export interface Found extends FoundFacts {
  /** The signature's number. */
  readonly number: number;
  /** What it is about. */
  readonly record: SignatureRecord;
  /** It stands behind the record of this place among those that were given; -1: before all of them. */
  readonly place: number;
}

/** Something that went wrong in a signature. */
export interface Mishap {
  readonly number: number;
  readonly reason: string;
  /** It does not run any more. */
  readonly disabled: boolean;
}

/** What came of running. */
export interface Ran {
  readonly found: readonly Found[];
  readonly mishaps: readonly Mishap[];
}

/** Is told when a signature's code begins to run and when it has ended, so that a thread that watches knows whose it is. */
export interface Watch {
  enter(number: number): void;
  leave(number: number): void;
}

/** A signature that threw this often is disabled. */
const MAX_ERRORS = 10;
/** The detections of a signature for one call of {@link Runner.run}; more are an error of it. */
const MAX_FOUND = 1000;

interface Running extends Numbered {
  readonly instance: SignatureInstance;
  readonly timers: EventTimers;
  readonly stores: readonly StateStore<unknown>[];
  /** What it emits may come when it does not run, from what it waited for. */
  readonly found: Found[];
  errors: number;
  disabled: boolean;
}

/** Runs signatures over records in this thread. Nothing that a signature does comes out of it but as a mishap. */
export class Runner {
  readonly #watch: Watch | undefined;
  readonly #running: readonly Running[];
  readonly #names: EventNames;
  /** Records that a detection may be about. */
  readonly #given = new WeakSet<SignatureRecord>();
  #mishaps: Mishap[] = [];
  #current: SignatureRecord | undefined;
  #place = -1;
  /** The time that events have come to. */
  #time: number | undefined;

  constructor(signatures: readonly Numbered[], watch?: Watch) {
    this.#watch = watch;
    this.#running = signatures.flatMap((one) => this.#created(one) ?? []);
    this.#names = new EventNames(this.#running.map(({ definition }) => definition.events));
  }

  /** Patterns of the events that have to be given: those that are wanted, and those that end what is remembered. */
  get events(): readonly string[] {
    const wanted = this.#running.flatMap(({ definition, stores }) => [
      ...definition.events,
      ...stores.flatMap(({ ends }) => ends),
    ]);
    return [...new Set(wanted)];
  }

  /** When the next callback is due, in the time of events. */
  get nextTimer(): number | undefined {
    const due = this.#enabled().flatMap(({ timers }) => timers.next ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Gives records, which are in the order of time, and goes on to a time behind them. */
  run(records: readonly SignatureRecord[], until: number): Ran {
    for (const [place, record] of records.entries()) {
      this.#place = place - 1;
      this.#advance(record.time);
      this.#place = place;
      this.#give(record);
    }
    this.#advance(until);
    return this.taken();
  }

  /** Tells all signatures of something beside events. */
  signal(signal: Signal): Ran {
    for (const one of this.#enabled()) this.#guard(one, () => one.instance.onSignal?.(signal));
    return this.taken();
  }

  /** The last call of all signatures. */
  close(): void {
    for (const one of this.#enabled()) this.#guard(one, () => one.instance.close?.());
  }

  /** What has come of them since they were asked last, also of their creation. */
  taken(): Ran {
    const found = this.#running.flatMap((one) => one.found.splice(0));
    const mishaps = this.#mishaps;
    this.#mishaps = [];
    this.#place = -1;
    return { found: found.sort((a, b) => a.place - b.place), mishaps };
  }

  #enabled(): readonly Running[] {
    return this.#running.filter(({ disabled }) => !disabled);
  }

  #created({ number, definition }: Numbered): Running | undefined {
    const timers = new EventTimers();
    const stores: StateStore<unknown>[] = [];
    let running: Running | undefined;
    const context: SignatureContext = {
      emit: (findings = {}) => this.#emit(running, findings),
      store: (options) => {
        if (running !== undefined) throw new Error('store: it is to be made in create');
        const store = new StateStore(options);
        stores.push(store);
        return store;
      },
      after: (milliseconds, callback) => {
        if (this.#time === undefined) throw new Error('after: no event has told the time yet');
        return timers.add(this.#time + milliseconds, callback);
      },
    };
    this.#watch?.enter(number);
    try {
      const instance = definition.create(context);
      if (typeof instance?.onEvent !== 'function')
        throw new TypeError('create: what it returned has no onEvent');
      running = { number, definition, instance, timers, stores, found: [], errors: 0, disabled: false };
    } catch (error) {
      this.#mishaps.push({ number, reason: reasonOf(error), disabled: true });
    } finally {
      this.#watch?.leave(number);
    }
    return running;
  }

  #give(record: SignatureRecord): void {
    this.#current = record;
    this.#given.add(record);
    for (const i of this.#names.in(record.eventName)) {
      const one = this.#running[i];
      if (one?.disabled === false) this.#guard(one, () => one.instance.onEvent(record));
    }
    this.#current = undefined;
    for (const { stores } of this.#running) for (const store of stores) store.end(record);
  }

  #advance(time: number): void {
    for (const one of this.#enabled()) {
      for (let timer = one.timers.take(time); timer !== undefined; timer = one.timers.take(time)) {
        this.#time = Math.max(this.#time ?? timer.due, timer.due);
        this.#guard(one, timer.callback);
      }
    }
    this.#time = Math.max(this.#time ?? time, time);
  }

  #guard(one: Running, work: () => unknown): void {
    if (one.disabled) return;
    this.#watch?.enter(one.number);
    try {
      const result = work();
      // Where the author made it async.
      if (result instanceof Promise) result.catch((error: unknown) => this.#failed(one, error));
    } catch (error) {
      this.#failed(one, error);
    } finally {
      this.#watch?.leave(one.number);
    }
  }

  #failed(one: Running, error: unknown): void {
    one.errors++;
    one.disabled = one.errors >= MAX_ERRORS;
    this.#mishaps.push({ number: one.number, reason: reasonOf(error), disabled: one.disabled });
  }

  #emit(one: Running | undefined, findings: Findings): void {
    if (one === undefined) throw new Error('emit: not in create');
    const record = findings.record ?? this.#current;
    if (record === undefined)
      throw new TypeError('emit: there is no current record, so record must be given');
    if (!this.#given.has(record)) throw new TypeError('emit: record is none that was given');
    if (one.found.length >= MAX_FOUND) throw new RangeError(`emit: more than ${MAX_FOUND} in one batch`);
    one.found.push({ number: one.number, record, place: this.#place, ...factsOf(findings) });
  }
}

/** What was thrown, in a line. */
export function reasonOf(error: unknown): string {
  // OPA throws texts, and objects with a message.
  const text =
    typeof error === 'object' && error !== null && 'message' in error && !(error instanceof Error)
      ? error.message
      : error;
  return String(text).replaceAll(/\s+/g, ' ').slice(0, 500);
}
