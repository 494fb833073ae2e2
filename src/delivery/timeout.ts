import type { Sender, SendResult } from './sender.ts';
import { SHUT_DOWN } from './sender.ts';

/**
 * Limits the time of one attempt. For senders that cannot be interrupted: what they answer after the time, or
 * after the signal aborted, is not heard any more; the signal that they get aborts in both cases.
 */
export function withTimeout<T>(sender: Sender<T>, timeoutMs: number): Sender<T> {
  return {
    send: async (batch, signal) => {
      if (signal.aborted) return SHUT_DOWN;
      const attempt = new AbortController();
      const { promise, resolve } = Promise.withResolvers<SendResult>();
      const end = (result: SendResult) => {
        resolve(result);
        attempt.abort();
      };
      const onAbort = () => end(SHUT_DOWN);
      const expired: SendResult = { kind: 'retryable', reason: `no answer within ${timeoutMs} ms` };
      const timer = setTimeout(() => end(expired), timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([sender.send(batch, attempt.signal), promise]);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
