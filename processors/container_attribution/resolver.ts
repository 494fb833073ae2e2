import type { Container, JobFacts } from '../../src/containerd/facts.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { ProcessNotes } from '../../src/process/process_notes.ts';
import { microsOf } from '../../src/process/time.ts';
import { Claims } from './claims.ts';
import { JobIds } from './job_ids.ts';
import type { JobNews } from './job_news.ts';
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

/** What is so of a process before anything was found of it. */
const NEW = { gaveUp: false, asked: false } as const;

interface State {
  verdict: Verdict;
  /** Revisions of the facts and of the process when the verdict was found. */
  revision: number;
  learnt: number;
  gaveUp: boolean;
  /** Whether jobs were asked for it. */
  asked: boolean;
}

/**
 * Finds the container of a process, in this order: the word of containerd, or of a job's list, on the pid, the session of
 * a silo, the parent. A container that was found stays; a process is in one container all its life.
 */
export class Resolver {
  readonly claims = new Claims();
  readonly #sessions = new Owners<number>({ usedAgain: true });
  readonly #silos = new Owners<string>({ usedAgain: false });
  readonly #jobs = new JobIds();
  /** When silos ended; Windows may tell whose one was only after that. */
  readonly #ended = new Map<string, number>();
  /** Sessions and silos that were waited for in vain. */
  readonly #quiet = new Set<number | string>();
  readonly #states = new ProcessNotes<State>();
  readonly #askJobs: () => void;
  #watermark = 0;
  #revision = 0;

  /** `askJobs` is called where only a job's list could tell whose a process is, and must not wait. */
  constructor(askJobs: () => void) {
    this.#askJobs = askJobs;
  }

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

  /** How much is remembered, by what it is. */
  sizes(): Readonly<Record<string, number>> {
    const [claims, sessions, silos] = [this.claims.size, this.#sessions.size, this.#silos.size];
    return { claims, sessions, silos, quiet: this.#quiet.size };
  }

  /** Forgets a container; processes that are known to be its stay so. */
  forget(container: Container): void {
    this.claims.forget(container);
    this.#sessions.forget(container);
    this.#silos.forget(container);
    this.#jobs.forget(container);
  }

  /** Windows says what job a container has; without the time of that (microseconds), pids and job ids mean nothing. */
  learnJob(container: Container, { pids, session, siloId, jobId }: JobFacts, at: number | undefined): void {
    if (at !== undefined) {
      this.claims.list(container, pids, at);
      // Else the job's end may have passed by, and another have its id.
      if (jobId !== undefined && this.#watermark <= at) this.#jobs.claim(jobId, container, at);
    }
    if (container.details.isolation !== 'process') return;
    // Its own silo first: the session is not asked whether that one had it before.
    if (siloId !== undefined && this.#silos.claim(siloId, container, this.#watermark))
      this.#quiet.delete(siloId);
    if (session !== undefined) this.#ownSession(session, container, at ?? this.#watermark);
    const ended = siloId === undefined ? undefined : this.#ended.get(siloId);
    if (ended !== undefined) this.#sessions.end(container, ended);
  }

  /** The verdict on a record of what `news` says, which its writer has done to a job or silo. */
  ofNews(record: LogRecord, news: JobNews, process: KnownProcess | undefined): Verdict {
    if ('silo' in news) return this.ofRecord(record, process);
    const container = this.#jobs.heed(news, microsOf(record.hrTime));
    return container === undefined
      ? this.ofRecord(record, process)
      : { kind: 'container', container, method: 'job' };
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
    const { gaveUp, asked } = state ?? NEW;
    const { revision: learnt } = process;
    // Only a job's list tells of a process of a HostProcess container whose parent nobody knows.
    const isAlone = verdict.kind === 'host' && process.parent === undefined && process.pid > MAX_SYSTEM_PID;
    if (isAlone && !asked) this.#askJobs();
    this.#states.set(process, {
      verdict,
      revision: this.#revision,
      learnt,
      gaveUp,
      asked: asked || isAlone,
    });
    return verdict;
  }

  /** Whose silo it is, as far as known. */
  ofSilo(silo: string): Container | undefined {
    return this.#silos.of(silo);
  }

  /** A process has waited long enough, and so have all others of its session, or silo. */
  giveUp(process: KnownProcess, silo: string | undefined): void {
    const state = this.#states.get(process);
    if (state !== undefined) state.gaveUp = true;
    const { session } = process.facts;
    if (session !== undefined && session > 0 && !this.#sessions.has(session)) this.#keepQuiet(session);
    if (silo !== undefined) this.#keepQuiet(silo);
    this.#revision++;
  }

  /** A silo has ended at a time (microseconds): what it had is its no more, and whose it was is told no more. */
  endSilo(silo: string, time: number): void {
    if (this.#ended.size >= MAX_QUIET) this.#ended.clear();
    this.#ended.set(silo, time);
    const container = this.ofSilo(silo);
    if (container !== undefined) this.#sessions.end(container, time);
    else if (!this.#silos.has(silo)) {
      this.#keepQuiet(silo);
      this.#sessions.free(time);
    }
    this.#revision++;
  }

  #keepQuiet(key: number | string): void {
    if (this.#quiet.size >= MAX_QUIET) this.#quiet.clear();
    this.#quiet.add(key);
  }

  #find(process: KnownProcess, gaveUp: boolean, depth: number): Verdict {
    if (process.pid <= MAX_SYSTEM_PID) return HOST;
    const claimed = this.claims.of(process, this.#watermark, this.#mayHaveEnded);
    if (claimed.kind === 'conflict') return UNRESOLVED;
    if (claimed.kind === 'claim') {
      const { container, method } = claimed.claim;
      this.#learnSession(process, container);
      return { kind: 'container', container, method };
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
  #learnSession({ facts: { session }, since }: KnownProcess, container: Container): void {
    if (session === undefined || session === 0 || container.details.isolation !== 'process') return;
    this.#ownSession(session, container, since);
  }

  #ownSession(session: number, container: Container, seen: number): void {
    if (!this.#sessions.claim(session, container, seen, this.#freedBefore(seen))) return;
    this.#quiet.delete(session);
    this.#revision++;
  }

  readonly #mayHaveEnded = (container: Container, from: number, to: number): boolean => {
    if (container.details.isolation !== 'process') return this.#jobs.anyEnded(from, to);
    for (const [silo, ended] of this.#ended) {
      if (ended < from || ended > to) continue;
      const owner = this.ofSilo(silo);
      if (owner === undefined || owner === container) return true;
    }
    return false;
  };

  // A silo that nobody was told of may have had the session before.
  #freedBefore(time: number): number {
    let freed = Number.NEGATIVE_INFINITY;
    for (const [silo, ended] of this.#ended)
      if (ended <= time && ended > freed && !this.#silos.has(silo)) freed = ended;
    return freed;
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
      if (container.details.isolation === 'process' && this.#silos.claim(silo, container, this.#watermark))
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
