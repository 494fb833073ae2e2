import { contradict, type ProcessFacts } from './facts.ts';
import type { KnownProcess } from './known_process.ts';

// Two providers tell of one start or exit microseconds apart.
const SAME_MOMENT = 100_000;

/** The processes that had one pid, the last one first. What starts and exits ask for walks without it, as it costs more than looking. */
export function* incarnations(newest: KnownProcess | undefined): Generator<KnownProcess> {
  for (let one = newest; one !== undefined; one = one.before) yield one;
}

/** The process that records of a pid at a time are of: it lived then, or had only just exited. */
export function livingAt(newest: KnownProcess | undefined, time: number): KnownProcess | undefined {
  for (let one = newest; one !== undefined; one = one.before) if (one.coversTrailing(time)) return one;
  return undefined;
}

/** The process whose start this is, if it is known already: told of before, or met between creation and start. */
export function startedBefore(
  newest: KnownProcess | undefined,
  facts: ProcessFacts,
  since: number,
  time: number,
): KnownProcess | undefined {
  for (let one = newest; one !== undefined; one = one.before) {
    const identity = one.identity(facts);
    if (identity === 'same') return one;
    if (identity === 'other') continue;
    if (one.startedAt === undefined) {
      // First met between creation and start: those records were of this process.
      if (!one.born && !one.exited && one.met >= since && one.met <= time) return one;
    } else if (contradict(one.facts, facts)) continue;
    else if (isSameMoment(one, facts, one.startedAt, time) && one.until >= time) return one;
  }
  return undefined;
}

/** The process whose exit this is. */
export function exitedHere(
  newest: KnownProcess | undefined,
  facts: ProcessFacts,
  time: number,
): KnownProcess | undefined {
  for (let one = newest; one !== undefined; one = one.before) {
    const identity = one.identity(facts);
    if (identity === 'same') return one;
    if (identity === 'other' || contradict(one.facts, facts)) continue;
    if (one.exited ? isSameMoment(one, facts, one.until, time) : one.lived(time)) return one;
  }
  return undefined;
}

/** The process that is told to run; `created` where that is known. */
export function runningHere(
  newest: KnownProcess | undefined,
  facts: ProcessFacts,
  created: number | undefined,
  time: number,
): KnownProcess | undefined {
  for (let one = newest; one !== undefined; one = one.before) {
    const identity = one.identity(facts);
    if (identity === 'same') return one;
    if (identity === 'other' || !one.lived(time)) continue;
    // Since the creation of the one that runs now, no other had its pid.
    if (created !== undefined && one.met >= created) return one;
    if (!contradict(one.facts, facts) && (created === undefined || one.born)) return one;
  }
  return undefined;
}

// The same record again (a batch that is offered again), or the other provider's.
function isSameMoment(one: KnownProcess, facts: ProcessFacts, then: number, time: number): boolean {
  const otherProvider = (one.facts.sequence ?? one.facts.created) !== (facts.sequence ?? facts.created);
  return then === time || (otherProvider && Math.abs(then - time) <= SAME_MOMENT);
}

/** The process with a pid that lived when a child was created; never one that may have come later. */
export function parentAt(newest: KnownProcess | undefined, child: KnownProcess): KnownProcess | undefined {
  const wanted = child.facts.parentSequence;
  for (let one = newest; one !== undefined; one = one.before) {
    if (one === child) continue;
    const { sequence } = one.facts;
    if (wanted !== undefined && sequence !== undefined) {
      if (wanted === sequence) return one;
      continue;
    }
    if (child.born && one.lived(child.since)) return one;
  }
  return undefined;
}
