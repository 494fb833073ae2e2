import type { Container, ContainerProcess } from '../../src/containerd/facts.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { startedByShim } from './shim.ts';

/** It is said that a container's process with a pid lived at a time. Times are microseconds since 1970. */
export interface Claim {
  readonly container: Container;
  /** containerd told of the first process, or of one executed; or the pid is in the list of the container's job. */
  readonly method: 'pid' | 'exec_pid' | 'job';
  readonly execId: string | undefined;
  readonly pid: number;
  readonly livedAt: number;
  /** Whether it was told of as it started, rather than found to run. */
  readonly fresh: boolean;
}

/** Whose a process is, as claimed; `soon`: that is known when events have come up to the claim's time. */
export type Claimed =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'none' | 'soon' | 'conflict' };

/** Claims of one pid kept. */
const MAX_CLAIMS = 4;
/** containerd tells of a start when it is done, which on a busy node takes a while. */
const LONGEST_START = 60_000_000;
/** The trace's clock may be this far ahead of containerd's, and of the system's. */
export const CLOCKS_APART = 100_000;

/** Whether a container may have ended between two times (microseconds), by what the trace tells of silos and jobs. */
export type MayHaveEnded = (container: Container, from: number, to: number) => boolean;

const NONE: Claimed = { kind: 'none' };

/**
 * What is said of pids, matched with processes. containerd's word comes before the trace's, which is a second
 * behind, and pids are used again: a claim is of the process that lived at its time, and until the trace has come to
 * that time nobody knows whether a process with the pid still does.
 */
export class Claims {
  readonly #byPid = new Map<number, readonly Claim[]>();
  readonly #pids = new Map<Container, Set<number>>();

  /** containerd tells of a process. */
  add(container: Container, { pid, execId }: ContainerProcess, livedAt: number, fresh: boolean): void {
    const last = this.#byPid.get(pid)?.findLast((claim) => claim.method !== 'job');
    // A task is told of when it is made and again when it starts.
    if (last?.container === container && last.execId === execId && last.fresh && fresh) {
      if (livedAt - last.livedAt < LONGEST_START) return;
    }
    const method = execId === undefined ? 'pid' : 'exec_pid';
    this.#add({ container, method, execId, pid, livedAt, fresh });
  }

  /** The pids in a container's job at a time; each takes the place of what an earlier list said of it. */
  list(container: Container, pids: readonly number[], livedAt: number): void {
    for (const pid of pids) {
      this.#keep(pid, (claim) => claim.container !== container || claim.method !== 'job');
      this.#add({ container, method: 'job', execId: undefined, pid, livedAt, fresh: false });
    }
  }

  /** A process is gone: that it lived later than that was wrong. */
  end(container: Container, pid: number, exitedAt: number): void {
    this.#keep(
      pid,
      (claim) => claim.container !== container || claim.method === 'job' || claim.livedAt <= exitedAt,
    );
  }

  /** How many pids something is known of. */
  get size(): number {
    return this.#byPid.size;
  }

  /** Forgets what is known of a container. */
  forget(container: Container): void {
    for (const pid of this.#pids.get(container) ?? [])
      this.#keep(pid, (claim) => claim.container !== container);
    this.#pids.delete(container);
  }

  /**
   * Whose a process is; `watermark` is the time up to which events have come, and `mayHaveEnded` says whether a container
   * may have ended between two times.
   */
  of(process: KnownProcess, watermark: number, mayHaveEnded: MayHaveEnded): Claimed {
    let found: Claimed = NONE;
    for (const claim of this.#byPid.get(process.pid) ?? []) {
      const fit = fitOf(claim, process, watermark, mayHaveEnded);
      if (fit === 'no') continue;
      if (fit === 'soon') found = found.kind === 'none' ? { kind: 'soon' } : found;
      else if (found.kind !== 'claim') found = { kind: 'claim', claim };
      else if (found.claim.container !== claim.container) return { kind: 'conflict' };
      // What containerd says of the process itself says more than a list.
      else if (claim.method !== 'job') found = { kind: 'claim', claim };
    }
    return found;
  }

  #add(claim: Claim): void {
    const { container, pid } = claim;
    this.#byPid.set(pid, [...(this.#byPid.get(pid) ?? []), claim].slice(-MAX_CLAIMS));
    let pids = this.#pids.get(container);
    if (pids === undefined) this.#pids.set(container, (pids = new Set()));
    pids.add(pid);
  }

  #keep(pid: number, wanted: (claim: Claim) => boolean): void {
    const rest = (this.#byPid.get(pid) ?? []).filter(wanted);
    if (rest.length === 0) this.#byPid.delete(pid);
    else this.#byPid.set(pid, rest);
  }
}

function fitOf(
  claim: Claim,
  process: KnownProcess,
  watermark: number,
  mayHaveEnded: MayHaveEnded,
): 'yes' | 'no' | 'soon' {
  const { livedAt, fresh } = claim;
  if (!canBe(claim, process)) return 'no';
  if (claim.method === 'job') return fitOfList(claim, process, watermark);
  if (process.since > livedAt + CLOCKS_APART || process.until < livedAt) return 'no';
  if (fresh && (!process.born || livedAt - process.since > LONGEST_START)) return 'no';
  if (watermark <= livedAt) return 'soon';
  if (process.since <= livedAt) return 'yes';
  // Created behind the time at which containerd saw it: the clocks differ, if all else fits and it can have seen nobody else.
  const alone = process.before === undefined || process.before.until < livedAt - CLOCKS_APART;
  if (!process.born || !alone || !hasSign(claim, process)) return 'no';
  // Unless the container was gone by then, and all that the trace had of its process is lost.
  return mayHaveEnded(claim.container, livedAt - CLOCKS_APART, process.since) ? 'no' : 'yes';
}

// Nobody keeps the pids of a list from being used again: only who lived well before it and well behind it is meant.
function fitOfList({ livedAt }: Claim, process: KnownProcess, watermark: number): 'yes' | 'no' | 'soon' {
  if (process.since > livedAt - CLOCKS_APART || process.until < livedAt + CLOCKS_APART) return 'no';
  return watermark <= livedAt + CLOCKS_APART ? 'soon' : 'yes';
}

// A process-isolated container has sessions of its own. A pid of a Hyper-V container means another process here, and
// where the kind is not known it may be one.
function canBe({ container }: Claim, { facts: { session } }: KnownProcess): boolean {
  switch (container.details.isolation) {
    case 'process':
      return session !== 0;
    case 'hostprocess':
      return true;
    case 'hyperv':
    case 'unknown':
      return false;
  }
}

function hasSign({ container }: Claim, process: KnownProcess): boolean {
  return container.details.isolation === 'process'
    ? (process.facts.session ?? 0) > 0
    : startedByShim(process);
}
