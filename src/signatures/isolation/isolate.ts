import { Worker } from 'node:worker_threads';
import type { Answer, IsolateStart, LoadedAnswer, Question, RanAnswer, SignatureSource } from './messages.ts';
import { RunClock } from './run_clock.ts';

/** What signatures may use. */
export interface IsolateLimits {
  /** Milliseconds for an answer. */
  readonly deadline: number;
  /** Bytes of the heap, and of each policy. */
  readonly memory: number;
}

/** The thread has ended, or was ended since it did not answer. */
export interface Death {
  readonly kind: 'died';
  /** The signature whose code did it; undefined where that is not known. */
  readonly number: number | undefined;
  readonly reason: string;
}

/** Milliseconds for a thread to start and load its signatures, beside their deadline: a busy machine takes its time. */
const LOADING = 30_000;
const MIB = 1 << 20;
/** What a thread takes before any signature is loaded is half of this. */
const LEAST_HEAP_MIB = 32;

/** A thread that runs signatures, and what becomes of it. One question at a time. */
export class Isolate {
  readonly #worker: Worker;
  readonly #clock: RunClock;
  readonly #limits: IsolateLimits;
  #death: Death | undefined;
  #settle: ((given: Answer | Death | null | undefined) => void) | undefined;

  private constructor(
    start: Pick<IsolateStart, 'sources' | 'allowed'>,
    count: number,
    limits: IsolateLimits,
  ) {
    this.#limits = limits;
    this.#clock = new RunClock(count);
    const workerData: IsolateStart = { ...start, clock: this.#clock.memory, memory: limits.memory };
    const heap = Math.max(LEAST_HEAP_MIB, Math.ceil(limits.memory / MIB));
    this.#worker = new Worker(ownThread(), {
      workerData,
      // The agent's environment holds what signatures have no use for, such as tokens.
      env: {},
      argv: [],
      // Standard output is for records.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: Math.ceil(heap / 8) },
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (answer: Answer | null | undefined) => this.#settle?.(answer));
    this.#worker.on('error', (error) => this.#die(this.#clock.current, causeOf(error, heap)));
    this.#worker.on('exit', () => this.#die(this.#clock.current, 'it ended its thread'));
  }

  /** Starts a thread and loads signatures in it; `count` is above all numbers of theirs. */
  static async start(
    sources: readonly SignatureSource[],
    allowed: readonly string[],
    count: number,
    limits: IsolateLimits,
  ): Promise<{ readonly isolate: Isolate; readonly loaded: LoadedAnswer } | Death> {
    const isolate = new Isolate({ sources, allowed }, count, limits);
    const given = await isolate.#answerWithin(LOADING + limits.deadline);
    if (given?.kind === 'loaded') return { isolate, loaded: given };
    return given?.kind === 'died' ? given : isolate.#distrust();
  }

  /** Asks; a thread that has not answered by its deadline is ended. */
  async ask(question: Question): Promise<RanAnswer | Death> {
    this.#clock.reset();
    this.#worker.postMessage(question);
    const given = await this.#answerWithin(this.#limits.deadline);
    return given?.kind === 'ran' || given?.kind === 'died' ? given : this.#distrust();
  }

  /** The last call of its signatures, and the end of the thread. */
  async close(): Promise<void> {
    await this.ask({ kind: 'close' });
    await this.#worker.terminate();
  }

  /** Ends the thread at once; who waits for an answer is told. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answerWithin(milliseconds: number): Promise<Answer | Death | null | undefined> {
    const { promise, resolve } = Promise.withResolvers<Answer | Death | null | undefined>();
    const began = performance.now();
    // This thread may have been the busy one: an answer that waits for it is still taken.
    const timer = setTimeout(() => setImmediate(() => this.#expire(began, milliseconds)), milliseconds);
    this.#settle = (given) => {
      this.#settle = undefined;
      clearTimeout(timer);
      resolve(given);
    };
    if (this.#death !== undefined) this.#settle(this.#death);
    return promise;
  }

  #expire(began: number, milliseconds: number): void {
    if (this.#settle === undefined) return;
    this.#die(this.#clock.slowest(performance.now() - began), `it took longer than ${milliseconds} ms`);
    void this.#worker.terminate();
  }

  // Signatures have the thread's port, too, and can say anything in its name.
  #distrust(): Death {
    void this.#worker.terminate();
    return this.#die(undefined, 'it answered what it was not asked');
  }

  #die(number: number | undefined, reason: string): Death {
    this.#death ??= { kind: 'died', number, reason };
    this.#settle?.(this.#death);
    return this.#death;
  }
}

function causeOf(error: unknown, heap: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it used more than ${heap} MiB` : String(error).slice(0, 500);
}

// Built, the sources are .js.
function ownThread(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);
}
