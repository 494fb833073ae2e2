import type { Sender, SendResult } from '../../src/delivery/sender.ts';

/** A sender that answers as told and remembers what it was sent. */
export class ScriptedSender<T> implements Sender<T> {
  readonly sent: (readonly T[])[] = [];
  readonly #answer: (
    batch: readonly T[],
    attempt: number,
    signal: AbortSignal,
  ) => SendResult | Promise<SendResult>;

  constructor(
    answer: (batch: readonly T[], attempt: number, signal: AbortSignal) => SendResult | Promise<SendResult>,
  ) {
    this.#answer = answer;
  }

  async send(batch: readonly T[], signal: AbortSignal): Promise<SendResult> {
    this.sent.push(batch);
    return this.#answer(batch, this.sent.length, signal);
  }
}

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** Integers from 1, as a batch. */
export function numbers(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

/** Settles when the signal aborts, as a sender should. */
export async function untilAborted(signal: AbortSignal): Promise<SendResult> {
  if (!signal.aborted) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    await promise;
  }
  return { kind: 'retryable', reason: 'cancelled' };
}
