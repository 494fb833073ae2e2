/** Items of a batch that were given up, with the cause that the ledger counts them under. */
export interface Drop {
  readonly cause: string;
  readonly count: number;
  /** For a person: what the peer said, or what went wrong. */
  readonly reason: string;
}

/** What became of a batch that was sent. */
export type SendResult =
  /** The peer has taken it, but for the drops; it may add a word of warning. */
  | { readonly kind: 'ok'; readonly drops: readonly Drop[]; readonly warning?: string }
  /** Nothing was taken; sending the same again may work, not before `retryAfterMs` where the peer says so. */
  | { readonly kind: 'retryable'; readonly reason: string; readonly retryAfterMs?: number }
  /** Nothing was taken, and sending the same again will not change that. */
  | { readonly kind: 'permanent'; readonly cause: string; readonly reason: string }
  /** Nothing was taken, because it is more than the peer takes in one message. */
  | { readonly kind: 'too_large'; readonly reason: string };

/** A result that says that nothing was taken. */
export type Failure = Exclude<SendResult, { readonly kind: 'ok' }>;

/** Taken whole. */
export const SENT: SendResult = Object.freeze({ kind: 'ok', drops: [] });

/** The result of every send that a shutdown cuts short. */
export const SHUT_DOWN: Failure = Object.freeze({
  kind: 'permanent',
  cause: 'shutdown',
  reason: 'not sent before the time for shutting down was over',
});

/** Taken by the peer, apart from `rejected` items. `message` says why, or warns. The peer's count is not trusted. */
export function sentPartly(sent: number, rejected: number, message: string): SendResult {
  const count = Math.min(Math.max(0, Math.trunc(rejected)), sent);
  if (count === 0) return message === '' ? SENT : { kind: 'ok', drops: [], warning: message };
  return { kind: 'ok', drops: [{ cause: 'rejected_by_peer', count, reason: message }] };
}

/**
 * Sends batches to a peer, several at a time. Decorators (retry, split, timeout) are senders around a sender.
 * `send` never rejects for an expected cause, does not keep or change the batch, and settles soon after
 * `signal` aborts.
 */
export interface Sender<T> {
  send(batch: readonly T[], signal: AbortSignal): Promise<SendResult>;
}
