import type { Container } from '../../src/containerd/facts.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { Claims } from './claims.ts';
import { Owners } from './owners.ts';
import { startedByShim } from './shim.ts';
import { siloOf } from './silo_of.ts';
import type { Verdict } from './verdict.ts';

/** Idle and System are the node's, whoever they work for. */
const MAX_SYSTEM_PID = 4;
/** Sessions and silos without a container that are remembered. */
const MAX_QUIET = 4096;
/** Ancestors that are looked at anew at a time; a chain of processes can be as long as the table. */
const MAX_DEPTH = 64;

const HOST: Verdict = { kind: 'host' };
const WAIT: Verdict = { kind: 'wait' };
const UNRESOLVED: Verdict = { kind: 'unresolved' };

interface State {
  verdict: Verdict;
  /** Revisions of the facts and of the process when the verdict was found. */
  revision: number;
  learnt: number;
  gaveUp: boolean;
}

/**
 * Finds the container of a process, in this order: containerd's word on the pid, the session of a silo, the parent.
 * A container that was found stays; a process is in one container all its life.
 */
export class Resolver {
  readonly claims = new Claims();
  readonly #sessions = new Owners<number>();
  readonly #silos = new Owners<string>();
  /** Sessions and silos that were waited for in vain. */
  readonly #quiet = new Set<number | string>();
  readonly #states = new WeakMap<KnownProcess, State>();
  #watermark = 0;
  #revision = 0;

  /** Events have come up to a time (microseconds). */
  advance(time: number): void {
    if (time > this.#watermark) this.#watermark = time;
  }

  /** containerd said something: what was found before may be found otherwise now. */
  touch(): void {
    this.#revision++;
  }

  /** Grows when something was learnt that other processes may be found by. */
  get revision(): number {
    return this.#revision;
  }

  /** Forgets a container; processes that are known to be its stay so. */
  forget(container: Container): void {
    this.claims.forget(container);
    this.#sessions.forget(container);
    this.#silos.forget(container);
  }

  /** The verdict on a record. */
  ofRecord(record: LogRecord, process: KnownProcess | undefined): Verdict {
    const verdict = process === undefined ? HOST : this.ofProcess(process);
    const silo = record.get(Attr.siloId);
    return silo === undefined ? verdict : this.#ofSilo(record, silo, process, verdict);
  }

  /** The silo that a process is in, as Windows stamps what it writes. */
  siloOf(record: LogRecord, process: KnownProcess): string | undefined {
    return siloOf(record, process);
  }

  /** The verdict on a process. `depth` is how many of its descendants ask. */
  ofProcess(process: KnownProcess, depth = 0): Verdict {
    const state = this.#states.get(process);
    if (state?.verdict.kind === 'container') return state.verdict;
    const isCurrent = state?.revision === this.#revision && state.learnt === process.revision;
    if (state !== undefined && isCurrent && state.verdict.kind !== 'wait') return state.verdict;
    if (depth > MAX_DEPTH) return state?.verdict ?? HOST;
    return this.#settle(process, this.#find(process, state?.gaveUp === true, depth));
  }

  #settle(process: KnownProcess, verdict: Verdict): Verdict {
    const state = this.#states.get(process);
    // Its children were taken for the node's, and are to be looked at again.
    if (state !== undefined && state.verdict.kind !== 'wait' && verdict.kind === 'container')
      this.#revision++;
    const gaveUp = state?.gaveUp === true;
    const { revision: learnt } = process;
    this.#states.set(process, { verdict, revision: this.#revision, learnt, gaveUp });
    return verdict;
  }

  /** Whose silo it is, as far as known. */
  ofSilo(silo: string): Container | undefined {
    return this.#silos.of(silo, Number.NEGATIVE_INFINITY);
  }

  /** A process has waited long enough, and so have all others of its session, or silo. */
  giveUp(process: KnownProcess, silo: string | undefined): void {
    const state = this.#states.get(process);
    if (state !== undefined) state.gaveUp = true;
    if (this.#quiet.size >= MAX_QUIET) this.#quiet.clear();
    const { session } = process.facts;
    if (session !== undefined && session > 0 && !this.#sessions.has(session)) this.#quiet.add(session);
    if (silo !== undefined) this.#quiet.add(silo);
    this.#revision++;
  }

  #find(process: KnownProcess, gaveUp: boolean, depth: number): Verdict {
    if (process.pid <= MAX_SYSTEM_PID) return HOST;
    const claimed = this.claims.of(process, this.#watermark);
    if (claimed.kind === 'conflict') return UNRESOLVED;
    if (claimed.kind === 'claim') {
      const { container, execId } = claimed.claim;
      this.#learnSession(process, container);
      return { kind: 'container', container, method: execId === undefined ? 'pid' : 'exec_pid' };
    }
    const { session } = process.facts;
    const owner = session === undefined ? undefined : this.#sessions.of(session, process.since);
    if (owner !== undefined) return { kind: 'container', container: owner, method: 'session' };
    const parent = process.parent === undefined ? HOST : this.ofProcess(process.parent, depth + 1);
    if (parent.kind === 'container' && inherits(process, process.parent, parent.container))
      return { kind: 'container', container: parent.container, method: 'parent' };
    const isOfSilo = session !== undefined && session > 0;
    if (gaveUp) return isOfSilo || startedByShim(process) ? UNRESOLVED : HOST;
    if (claimed.kind === 'soon' || parent.kind === 'wait' || startedByShim(process)) return WAIT;
    if (!isOfSilo) return HOST;
    return this.#sessions.has(session) || this.#quiet.has(session) ? UNRESOLVED : WAIT;
  }

  // Session 0 is the node's, and HostProcess containers run in it.
  #learnSession({ facts: { session } }: KnownProcess, container: Container): void {
    if (session === undefined || session === 0 || container.details.isolation !== 'process') return;
    if (!this.#sessions.claim(session, container)) return;
    this.#quiet.delete(session);
    this.#revision++;
  }

  #ofSilo(record: LogRecord, silo: string, process: KnownProcess | undefined, verdict: Verdict): Verdict {
    const owner = this.ofSilo(silo);
    const isOwn = process !== undefined && this.siloOf(record, process) === silo;
    if (owner !== undefined) {
      const found: Verdict = { kind: 'container', container: owner, method: 'container_id' };
      if (!isOwn || (verdict.kind === 'container' && verdict.container === owner)) return found;
      if (verdict.kind !== 'container') return this.#settle(process, found);
      this.#silos.dispute(silo);
      return UNRESOLVED;
    }
    if (!isOwn) return verdict;
    if (verdict.kind === 'container') {
      const { container } = verdict;
      if (container.details.isolation === 'process' && this.#silos.claim(silo, container))
        this.#quiet.delete(silo);
      return verdict;
    }
    const isInVain =
      this.#quiet.has(silo) || this.#silos.has(silo) || this.#states.get(process)?.gaveUp === true;
    return isInVain ? UNRESOLVED : WAIT;
  }
}

// Nothing leaves a silo, and a silo's sessions are its own. A HostProcess container may start things for users.
function inherits(child: KnownProcess, parent: KnownProcess | undefined, container: Container): boolean {
  const { session } = child.facts;
  if (container.details.isolation === 'hostprocess') return session === undefined || session === 0;
  return session === undefined || parent?.facts.session === undefined || session === parent.facts.session;
}
