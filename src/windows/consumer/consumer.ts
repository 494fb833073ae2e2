import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { WindowsError } from '../abi/errors.ts';
import type { ConsumeMessage, ConsumeOrder } from './consume.ts';
import { makeRing, type RingMemory, RingReader } from './ring.ts';

/** What a consumer is made with. */
export interface ConsumerOptions extends ConsumeOrder {
  /** Bytes of buffers between the thread that ETW calls and the one that decodes. */
  readonly ringSize: number;
  /** The DLL with ETW's functions, where it is not the system's. */
  readonly library?: string | undefined;
  /** CloseTrace, callable from this thread. */
  readonly close: (handle: bigint) => void;
  /** Takes a sentence when whole buffers cannot be had, and it goes on event by event. */
  readonly onFallback?: (reason: string) => void;
  /** The worker's module; a test has its own. */
  readonly worker?: URL;
}

/** What the worker is started with. */
export interface ConsumerWorkerData {
  readonly order: ConsumeOrder;
  readonly ring: RingMemory;
  readonly library: string | undefined;
}

/** How consuming came to its end: an orderly one has status 0 and no error. */
export interface ConsumerEnd {
  /** What ProcessTrace returned. */
  readonly status: number;
  /** The session could not be opened. */
  readonly error?: WindowsError;
  /** The thread died: a defect of ours. */
  readonly defect?: string;
}

/** Milliseconds for ProcessTrace to return once its handle was closed. */
const CLOSE_PATIENCE = 500;

/**
 * Consumes one session on a thread of its own, since ProcessTrace blocks; the buffers come out of `ring` on
 * this one. Start it once.
 */
export class SessionConsumer {
  readonly ring: RingReader;
  /** Resolves when nothing more comes; what is in the ring is still to be read. Never rejects. */
  readonly ended: Promise<ConsumerEnd>;
  readonly #options: ConsumerOptions;
  readonly #memory: RingMemory;
  readonly #end: (end: ConsumerEnd) => void;
  #worker: Worker | undefined;
  #handle: bigint | undefined;
  #path: 'raw' | 'record' | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#memory = makeRing(options.ringSize);
    this.ring = new RingReader(this.#memory);
    const { promise, resolve } = Promise.withResolvers<ConsumerEnd>();
    this.ended = promise;
    this.#end = resolve;
  }

  /** How the events come, once the session is open. */
  get path(): 'raw' | 'record' | undefined {
    return this.#path;
  }

  /** Resolves when the session is open, or with its end when it cannot be opened. */
  start(): Promise<'opened' | ConsumerEnd> {
    const { session, consumption, bufferSize, maxBlock, library } = this.#options;
    const workerData: ConsumerWorkerData = {
      order: { session, consumption, bufferSize, maxBlock },
      ring: this.#memory,
      library,
    };
    const worker = new Worker(this.#options.worker ?? ownWorker(), { workerData });
    this.#worker = worker;
    const opened = new Promise<'opened'>((resolve) => {
      worker.on('message', (message: ConsumeMessage) => {
        this.#take(message);
        if (message.kind === 'opened') resolve('opened');
      });
    });
    worker.on('error', (error) => this.#end({ status: 0, defect: String(error) }));
    worker.on('exit', (code) => this.#end({ status: 0, defect: `the consuming thread ended with ${code}` }));
    return Promise.race([opened, this.ended]);
  }

  /**
   * Waits for the end that stopping the session brings, with its last buffers; after `patience` milliseconds
   * closes the trace instead. The ring must be read meanwhile. Safe without start().
   */
  async stop(patience: number): Promise<void> {
    if (this.#worker === undefined) return;
    const ended = await this.#endsWithin(patience);
    if (!ended && this.#handle !== undefined) {
      this.#options.close(this.#handle);
      if (!(await this.#endsWithin(CLOSE_PATIENCE))) this.ring.close();
    }
    await this.#worker.terminate();
  }

  async #endsWithin(milliseconds: number): Promise<boolean> {
    const given = new AbortController();
    const ended = await Promise.race([
      this.ended.then(() => true),
      sleep(milliseconds, false, { signal: given.signal }).catch(() => false),
    ]);
    given.abort();
    return ended;
  }

  #take(message: ConsumeMessage): void {
    switch (message.kind) {
      case 'opened':
        this.#handle = message.handle;
        this.#path = message.path;
        return;
      case 'fallback':
        this.#handle = undefined;
        this.#options.onFallback?.(message.reason);
        return;
      case 'failed':
        this.#end({ status: message.error.code, error: message.error });
        return;
      case 'ended':
        this.#end({ status: message.status });
        return;
    }
  }
}

// Built, the sources are .js.
function ownWorker(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}
