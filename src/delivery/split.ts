import type { Drop, Sender, SendResult } from './sender.ts';

/** How to foresee that a batch is too large, to spare the attempt. */
export interface SplitOptions<T> {
  /** The peer's limit in bytes, as far as it is known by now. */
  readonly limit: () => number;
  /** About how many bytes a batch takes; 0 for not known. */
  readonly estimate: (batch: readonly T[]) => number;
}

/**
 * Sends what is too large for the peer in halves, down to a single item, which is dropped as `too_large`. The
 * parts go one after the other, in order. Stands outside of the retry, so that a part that was taken is never
 * sent again.
 */
export function withSplit<T>(sender: Sender<T>, options?: SplitOptions<T>): Sender<T> {
  return {
    send: async (batch, signal): Promise<SendResult> => {
      // The next part is the last of the list.
      const parts = foresee(batch, options).toReversed();
      const drops: Drop[] = [];
      let warning: string | undefined;
      let settled = 0;
      for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
        const result = await sender.send(part, signal);
        if (result.kind === 'too_large' && part.length > 1) {
          const middle = part.length >> 1;
          parts.push(part.slice(middle), part.slice(0, middle));
          continue;
        }
        if (part.length === batch.length) return result.kind === 'too_large' ? dropped(result, part) : result;
        // Before anything was taken, the whole batch can be offered again.
        if (result.kind === 'retryable' && settled === 0) return result;
        drops.push(...dropsOf(result, part));
        if (result.kind === 'ok') warning ??= result.warning;
        settled += part.length;
      }
      return warning === undefined ? { kind: 'ok', drops } : { kind: 'ok', drops, warning };
    },
  };
}

function dropped(result: SendResult, part: readonly unknown[]): SendResult {
  return { kind: 'ok', drops: dropsOf(result, part) };
}

/** What a part's result leaves undelivered, when the batch as a whole cannot be offered again. */
function dropsOf(result: SendResult, part: readonly unknown[]): readonly Drop[] {
  switch (result.kind) {
    case 'ok':
      return result.drops;
    case 'permanent':
      return [{ cause: result.cause, count: part.length, reason: result.reason }];
    case 'too_large':
      return [{ cause: 'too_large', count: part.length, reason: result.reason }];
    case 'retryable':
      return [{ cause: 'send_failed', count: part.length, reason: result.reason }];
  }
}

/** Cuts a batch into equal parts that should each fit, with a tenth to spare. */
function foresee<T>(batch: readonly T[], options: SplitOptions<T> | undefined): (readonly T[])[] {
  if (options === undefined) return [batch];
  const estimate = options.estimate(batch);
  const limit = options.limit();
  if (estimate <= limit) return [batch];
  const count = Math.min(batch.length, Math.ceil(estimate / (0.9 * limit)));
  const size = Math.ceil(batch.length / count);
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) =>
    batch.slice(i * size, (i + 1) * size),
  );
}
