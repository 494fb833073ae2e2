import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode } from '../abi/constants.ts';
import type { WindowsError } from '../abi/errors.ts';
import type { ConsumerEnd, SessionConsumer } from '../consumer/consumer.ts';
import type { Called, SessionFacts } from '../sessions/control.ts';
import { CounterSum, type SessionCounters } from './session_counters.ts';

/** A session that runs and can be consumed: started by us, or somebody else's. */
export interface OpenSession {
  readonly facts: SessionFacts;
  /** What could not be had as asked for, in sentences: a property that this build rejects, and the like. */
  readonly notes: readonly string[];
  /** Set where it is ours: nobody else has to stop it. */
  readonly isOurs?: true;
  query(): Called<SessionFacts>;
  /** Enables its providers as a level of shedding has them (src/windows/shedding); what did not work, in sentences. */
  shed?(level: number): readonly string[];
  /** Enables again what somebody else has disabled or narrowed; the names of those providers. */
  restore?(): readonly string[];
  /** Ends our session, with its last buffers flushed; leaves somebody else's alone. Its last counters. */
  stop(): Called<SessionFacts>;
}

/** What befell a session. */
export type SessionIncident =
  | { readonly kind: 'note'; readonly message: string }
  /** Whole buffers cannot be had: it is consumed event by event. */
  | { readonly kind: 'fallback'; readonly reason: string }
  /** Consuming ended though nobody stopped it; it begins anew after `waitMilliseconds`. */
  | { readonly kind: 'restart'; readonly reason: string; readonly waitMilliseconds: number }
  /** Our session is not there any more, or another stands in its place, and it was not us. */
  | { readonly kind: 'stopped' }
  /** A provider of our session was disabled or narrowed, and it was not us. It is enabled again. */
  | { readonly kind: 'disabled'; readonly provider: string };

/** What a live session is made with. */
export interface LiveSessionOptions {
  readonly name: string;
  /** Starts or attaches to the session. Called again when it has gone. */
  readonly open: () => Called<OpenSession>;
  /** Makes a consumer of the open session. */
  readonly consumer: (facts: SessionFacts, onFallback: (reason: string) => void) => SessionConsumer;
  readonly onIncident: (incident: SessionIncident) => void;
  /** Waits between restarts in milliseconds: the first, and the longest. */
  readonly restart?: { readonly first: number; readonly most: number };
}

const RESTART = { first: 1000, most: 30_000 };
/** A consumer that ran this long had come up well: the next restart is quick again. */
const STEADY_MILLISECONDS = 60_000;

/**
 * A session and its consumer, kept alive: when consuming ends unasked (the thread died, the session was
 * stopped by somebody) it begins anew, ever more seldom. Buffers come out in order, those of an ended
 * consumer before those of the next.
 */
export class LiveSession {
  readonly name: string;
  readonly #options: LiveSessionOptions;
  readonly #counters = new CounterSum();
  readonly #stopping = new AbortController();
  /** Consumers whose buffers are not all read; the last one runs. */
  #consumers: SessionConsumer[] = [];
  #session: OpenSession | undefined;
  #keeping: Promise<void> | undefined;
  #over = false;
  #level = 0;

  constructor(options: LiveSessionOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** What the system says of the session, once it is open. */
  get facts(): SessionFacts | undefined {
    return this.#session?.facts;
  }

  /** How events come from it. */
  get path(): 'raw' | 'record' | undefined {
    return this.#consumers.at(-1)?.path;
  }

  /** Whether it was stopped and everything of it was read. */
  get over(): boolean {
    return this.#over && this.next() < 0;
  }

  /** Sheds at this level from now on, also when the session begins anew. */
  shed(level: number): void {
    this.#level = level;
    for (const note of this.#session?.shed?.(level) ?? []) this.#note(note);
  }

  /** Opens the session and begins to consume it; an error when that cannot be done. */
  async start(): Promise<WindowsError | undefined> {
    const opened = this.#open();
    if (opened !== undefined) return opened;
    const began = await this.#consume();
    if (began !== 'opened') {
      this.#session?.stop();
      return began.error ?? defect(began);
    }
    this.#keeping = this.#keep();
    return undefined;
  }

  /** Bytes of the next buffer, or -1 when none waits. */
  next(): number {
    for (;;) {
      const [first, second] = this.#consumers;
      const length = first?.ring.peek() ?? -1;
      if (length >= 0 || first === undefined || second === undefined) return length;
      this.#counters.retire(first.ring);
      this.#consumers.shift();
    }
  }

  /** Copies the buffer that next() has found. */
  take(target: Uint8Array): void {
    this.#consumers[0]?.ring.take(target);
  }

  /** Resolves when a buffer may be there, or after `timeout` milliseconds. */
  async wait(timeout: number): Promise<void> {
    await (this.#consumers[0]?.ring.wait(timeout) ?? sleep(timeout));
  }

  /** Asks the system anew and says what became of everything so far. What others have changed of it is put right. */
  poll(): SessionCounters {
    const asked = this.#session?.query();
    if (asked?.kind === 'ok') this.#counters.note(asked.value);
    this.#restore();
    return this.#counters.now();
  }

  /**
   * Stops: our session ends, and its last buffers come within `patience` milliseconds; they are to be read
   * meanwhile. Safe without start().
   */
  async stop(patience: number): Promise<void> {
    this.#stopping.abort();
    const last = this.#session?.stop();
    if (last?.kind === 'ok') this.#counters.note(last.value);
    else if (last?.kind === 'failed') this.#note(`it could not be stopped: ${last.error.message}`);
    await this.#consumers.at(-1)?.stop(patience);
    await this.#keeping;
    this.#over = true;
  }

  #open(): WindowsError | undefined {
    const opened = this.#options.open();
    if (opened.kind === 'failed') return opened.error;
    this.#session = opened.value;
    this.#counters.opened(opened.value.facts);
    for (const note of opened.value.notes) this.#note(note);
    if (this.#level > 0) this.shed(this.#level);
    return undefined;
  }

  async #consume(): Promise<'opened' | ConsumerEnd> {
    const facts = this.#session?.facts;
    if (facts === undefined) throw new Error(`the session ${this.name} is not open`);
    const { consumer: make, onIncident } = this.#options;
    const consumer = make(facts, (reason) => onIncident({ kind: 'fallback', reason }));
    this.#counters.add(consumer.ring);
    this.#consumers.push(consumer);
    return consumer.start();
  }

  // Waits for each end of consuming, and begins anew unless it was asked for.
  async #keep(): Promise<void> {
    const { first, most } = this.#options.restart ?? RESTART;
    const { signal } = this.#stopping;
    let wait = first;
    for (let end = await this.#nextEnd(); !signal.aborted; ) {
      if (this.#isGone()) this.#options.onIncident({ kind: 'stopped' });
      this.#options.onIncident({ kind: 'restart', reason: reasonOf(end.end), waitMilliseconds: wait });
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      wait = end.ranFor > STEADY_MILLISECONDS ? first : Math.min(wait * 2, most);
      const again = await this.#again();
      end = again === undefined ? await this.#nextEnd() : { end: again, ranFor: 0 };
    }
  }

  // A session that is gone has no providers: before, lest those of another are changed; behind, lest it went meanwhile.
  #restore(): void {
    if (this.#session?.restore === undefined || this.#isGone()) return;
    const restored = this.#session.restore();
    if (restored.length === 0 || this.#isGone()) return;
    for (const provider of restored) this.#options.onIncident({ kind: 'disabled', provider });
  }

  #isGone(): boolean {
    if (this.#session?.isOurs !== true) return false;
    const asked = this.#session.query();
    if (asked.kind === 'failed') return asked.error.code === ErrorCode.wmiInstanceNotFound;
    return asked.value.handle !== this.#session.facts.handle;
  }

  async #nextEnd(): Promise<{ end: ConsumerEnd; ranFor: number }> {
    const began = performance.now();
    const consumer = this.#consumers.at(-1);
    if (consumer === undefined) throw new Error(`the session ${this.name} has no consumer`);
    const end = await consumer.ended;
    return { end, ranFor: performance.now() - began };
  }

  // The end it came to when it could not begin again.
  async #again(): Promise<ConsumerEnd | undefined> {
    const alive = this.#isGone() ? undefined : this.#session?.query();
    if (alive?.kind === 'ok') this.#counters.note(alive.value);
    else {
      const error = this.#open();
      if (error !== undefined) return { status: error.code, error };
    }
    const began = await this.#consume();
    return began === 'opened' ? undefined : began;
  }

  #note(message: string): void {
    this.#options.onIncident({ kind: 'note', message });
  }
}

function reasonOf({ status, error, defect: broken }: ConsumerEnd): string {
  if (error !== undefined) return error.message;
  if (broken !== undefined) return broken;
  return status === 0 ? 'the session ended' : `ProcessTrace ended with error ${status}`;
}

function defect(end: ConsumerEnd): WindowsError {
  return { code: end.status, name: String(end.status), message: reasonOf(end), advice: undefined };
}
