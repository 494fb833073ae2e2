import { setTimeout as sleep } from 'node:timers/promises';
import { type Sender, type SendResult, SHUT_DOWN } from './sender.ts';

/** The Collector's `retry_on_failure`; times in milliseconds. */
export interface RetryConfig {
  readonly enabled: boolean;
  readonly initial_interval: number;
  readonly randomization_factor: number;
  readonly multiplier: number;
  readonly max_interval: number;
  /** 0 for ever. */
  readonly max_elapsed_time: number;
}

/** What a retry takes from the outside, so that tests need not wait. */
export interface RetryOptions {
  readonly now?: () => number;
  readonly random?: () => number;
  /** Waits, shorter when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of every failed attempt that will be repeated after `delayMs`. */
  readonly onRetry?: (reason: string, delayMs: number) => void;
}

/** A peer may ask for patience, but not for ever: the most that is waited at once without max_elapsed_time. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Repeats retryable failures with growing intervals, each drawn from interval × (1 ± randomization_factor), and
 * at least as long as the peer asks (RetryInfo). The last attempt is made when max_elapsed_time is over; after
 * it the batch is given up as `retries_exhausted`.
 */
export function withRetry<T>(sender: Sender<T>, config: RetryConfig, options: RetryOptions = {}): Sender<T> {
  if (!config.enabled) return sender;
  const { now = performance.now.bind(performance), random = Math.random, wait = pause, onRetry } = options;
  const limit = config.max_elapsed_time === 0 ? Number.POSITIVE_INFINITY : config.max_elapsed_time;
  return {
    send: async (batch, signal): Promise<SendResult> => {
      const deadline = now() + limit;
      let interval = config.initial_interval;
      for (;;) {
        const result = await sender.send(batch, signal);
        if (result.kind !== 'retryable') return result;
        if (signal.aborted) return SHUT_DOWN;
        const left = deadline - now();
        if (left <= 0) return { kind: 'permanent', cause: 'retries_exhausted', reason: result.reason };
        const jittered = interval * (1 + config.randomization_factor * (2 * random() - 1));
        const delay = Math.min(Math.max(jittered, result.retryAfterMs ?? 0), left, MAX_WAIT_MS);
        onRetry?.(result.reason, delay);
        await wait(delay, signal);
        if (signal.aborted) return SHUT_DOWN;
        interval = Math.min(interval * config.multiplier, config.max_interval);
      }
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Aborted; the caller looks at the signal.
  }
}
