import { Worker } from 'node:worker_threads';
import type { Answered, Asked, StoreAnswers, StoreRequest } from './protocol.ts';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that the stores are on, as seen from outside. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended: Error | undefined;

  constructor() {
    this.#worker = new Worker(ownWorker());
    this.#worker.on('message', (message: Answered) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(new Error(`the thread of the stores failed: ${error}`)));
    this.#worker.on('exit', () => this.#end(new Error('the thread of the stores has ended')));
  }

  /** Asks; rejects with the reason when there is no answer. What it is given is copied. */
  ask<K extends StoreRequest['kind']>(
    request: StoreRequest & { readonly kind: K },
  ): Promise<StoreAnswers[K]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<StoreAnswers[K]>();
    const id = this.#next++;
    this.#waiting.set(id, { resolve: (answer) => resolve(answer as StoreAnswers[K]), reject });
    const asked: Asked = { id, request };
    this.#worker.postMessage(asked);
    return promise;
  }

  /** Ends it; what was not answered is not any more. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(message: Answered): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('failure' in message) waiting?.reject(new Error(message.failure));
    else waiting?.resolve(message.answer);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function ownWorker(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}
