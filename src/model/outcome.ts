/**
 * What became of a batch. `accepted`: everything in it was taken durably (accepted by the peer, or on disk
 * in a queue), or dropped on purpose and counted. `refused`: nothing of it was taken; the caller may offer
 * the same batch again if `retryable`, and counts it as dropped if not.
 */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly retryable: boolean; readonly reason: string };

export const ACCEPTED: Outcome = Object.freeze({ kind: 'accepted' });

/** A refusal that the caller should repeat later. */
export function retryLater(reason: string): Outcome {
  return { kind: 'refused', retryable: true, reason };
}

/** A refusal that repeating will not change. */
export function refusedForGood(reason: string): Outcome {
  return { kind: 'refused', retryable: false, reason };
}
