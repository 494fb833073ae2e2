/** A peer program that a test needs: where it is, or why it cannot be had here. */
export type Peer =
  | { readonly kind: 'ready'; readonly path: string }
  /** `excused`: the suite's time budget left it out, which even CI accepts when it is said. */
  | { readonly kind: 'missing'; readonly reason: string; readonly excused: boolean };

/** Words that start every skip reason that the time budget causes; run.ts lets only those pass in CI. */
export const BUDGET_REASON = 'time budget:';

/** A missing peer whose absence counts as a failure in CI. */
export function missing(reason: string): Peer {
  return { kind: 'missing', reason, excused: false };
}

/**
 * Whether something long may still begin. `SIGEL_INTEROP_DEADLINE` holds the last moment for that, in unix seconds; .ci/run
 * sets it. Unset: no limit.
 */
export function mayStart(now: number = Date.now()): boolean {
  return minutesLate(now) <= 0;
}

/** Whether the build of a peer may still begin; says so where it may not. */
export function mayStillBuild(what: string, now: number = Date.now()): true | Peer {
  if (mayStart(now)) return true;
  const late = Math.round(minutesLate(now));
  const reason = `${BUDGET_REASON} ${what} is not built, the last moment for that passed ${late} min ago`;
  process.stderr.write(`LEFT OUT, ${reason}\n`);
  return { kind: 'missing', reason, excused: true };
}

function minutesLate(now: number): number {
  const deadline = Number(process.env['SIGEL_INTEROP_DEADLINE'] ?? Number.NaN);
  return Number.isFinite(deadline) ? (now / 1000 - deadline) / 60 : 0;
}
