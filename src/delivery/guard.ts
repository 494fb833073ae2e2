import type { Sender } from './sender.ts';

/**
 * Turns an exception, which is a bug of the sender or of what it encodes, into a failure for good: the batch is counted
 * as `internal_error`, its promise settles, and the exporter goes on with the next.
 */
export function withGuard<T>(sender: Sender<T>): Sender<T> {
  return {
    send: async (batch, signal) => {
      try {
        return await sender.send(batch, signal);
      } catch (error) {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { kind: 'permanent', cause: 'internal_error', reason };
      }
    },
  };
}
