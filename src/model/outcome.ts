/**
 * What became of a batch. `accepted`: everything in it was taken durably (accepted by the peer, or on disk
 * in a queue), or dropped on purpose and counted. Where a component keeps something back that only goes on when the
 * source does, `settled` resolves when that is true of all of it; until then the source may go on, but must be able to
 * read it again. It never resolves where a shutdown has cut it short. `refused`: nothing of it was taken; the caller may
 * offer the same batch again if `retryable`, and counts it as dropped if not.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly settled?: Promise<unknown> }
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

/** Accepted, and settled when all of these that were accepted are. */
export function acceptedWith(outcomes: readonly Outcome[]): Outcome {
  const open = outcomes.flatMap((outcome) =>
    outcome.kind === 'accepted' && outcome.settled !== undefined ? [outcome.settled] : [],
  );
  return open.length === 0 ? ACCEPTED : { kind: 'accepted', settled: Promise.all(open) };
}
