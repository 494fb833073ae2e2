import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import { isAlive } from './entry.ts';
import type { Change, Container, JobFacts } from './facts.ts';
import type { JobQueries } from './job_queries.ts';
import { MAX_SYSTEM_PID } from './pid_index.ts';
import type { ContainerStore } from './store.ts';
import { timeNow } from './time.ts';

/** When a job that is not there is asked for again, in milliseconds after the try before. */
const RETRIES = [100, 300, 1_000, 3_000] as const;
/** Between two rounds that somebody asked for. */
const ROUND_MS = 1_000;
/** An answer that took longer, in milliseconds, may be of another time than it is said to be of. */
const SLOWEST = 50;
/** Ids of Kubernetes and Docker: no two containers ever have the same. */
const UNIQUE_ID = /^[0-9a-f]{64}$/;

/** What a {@link JobWatch} works with. */
export interface JobWatchOptions {
  readonly queries: JobQueries;
  readonly store: ContainerStore;
  readonly logger: Logger;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

/**
 * Asks what job a container's processes are in, when its first process starts and when somebody has reason to, and
 * gives the store what is new. Never within the change that was the cause: others are to be told of that first.
 */
export class JobWatch {
  readonly #options: JobWatchOptions;
  /** Containers to ask for, with the tries that were in vain. */
  readonly #due = new Map<Container, number>();
  readonly #retries = new Map<Container, NodeJS.Timeout>();
  /** Asking for these is in vain. */
  readonly #refused = new WeakSet<Container>();
  readonly #told = new Set<string>();
  #isAsking = false;
  #isStopped = false;
  /** Until the next round may be. */
  #pause: NodeJS.Timeout | undefined;
  #isRoundWanted = false;

  constructor(options: JobWatchOptions) {
    this.#options = options;
  }

  /** Takes a change of the store. */
  take(change: Change): void {
    switch (change.kind) {
      case 'start':
        if (change.process?.execId === undefined) this.#ask(change.container, 0);
        return;
      case 'update':
        if (change.container.job === undefined) this.#ask(change.container, 0);
        return;
      case 'exit':
        if (change.process?.execId === undefined) this.#drop(change.container);
        return;
      case 'delete':
      case 'forget':
        this.#drop(change.container);
        return;
      case 'create':
      case 'task':
      case 'exec':
      case 'oom':
      case 'job':
      case 'synced':
      case 'lost':
        return;
    }
  }

  /** See {@link ContainerSource.askJobs}. */
  askJobs(): void {
    this.#isRoundWanted = true;
    if (!this.#isStopped && this.#pause === undefined) this.#askAll();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#pause);
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#due.clear();
  }

  #askAll(): void {
    this.#pause = undefined;
    if (!this.#isRoundWanted) return;
    this.#isRoundWanted = false;
    this.#pause = setTimeout(() => this.#askAll(), ROUND_MS);
    this.#pause.unref();
    for (const container of this.#options.store.all()) {
      const { job, details } = container;
      // Further tries are made where there were some already; a silo's processes are found by its session.
      if (job === undefined || details.isolation === 'hostprocess') this.#ask(container, RETRIES.length);
    }
  }

  #ask(container: Container, tries: number): void {
    if (this.#isStopped || this.#refused.has(container) || !mayHaveJob(container)) return;
    if (!this.#retries.has(container) && !this.#due.has(container)) this.#due.set(container, tries);
    if (!this.#isAsking) void this.#askDue();
  }

  #drop(container: Container): void {
    this.#due.delete(container);
    clearTimeout(this.#retries.get(container));
    this.#retries.delete(container);
  }

  // One a turn: what comes in meanwhile is not to wait for all of a node's containers.
  async #askDue(): Promise<void> {
    this.#isAsking = true;
    for (;;) {
      await nextTurn();
      const [next] = this.#due;
      if (next === undefined) break;
      this.#due.delete(next[0]);
      await this.#askFor(...next);
    }
    this.#isAsking = false;
  }

  async #askFor(container: Container, tries: number): Promise<void> {
    const { queries, now } = this.#options;
    const [at, began] = [timeNow(), now()];
    const answer = await queries.query(container);
    const isSlow = now() - began > SLOWEST;
    if (this.#isStopped || !mayHaveJob(container)) return;
    switch (answer.kind) {
      case 'none':
        this.#refused.add(container);
        return;
      case 'failed':
        this.#refused.add(container);
        this.#tell('jobs of containers cannot be asked for', answer.reason);
        return;
      case 'absent':
        this.#tryAgain(container, tries);
        return;
      case 'facts':
        for (const what of answer.lacks) this.#tell('this Windows does not tell all of jobs', what);
        if (isSlow || !isOf(container, answer.job)) this.#tryAgain(container, tries);
        else if (isNews(container.job, answer.job)) this.#give(container, answer.job, at);
        return;
    }
  }

  #give({ namespace, id }: Container, job: JobFacts, at: ReturnType<typeof timeNow>): void {
    this.#options.store.apply({ kind: 'job', namespace, id, at, job }, 'list');
  }

  #tryAgain(container: Container, tries: number): void {
    const wait = RETRIES[tries];
    if (wait === undefined) return;
    const timer = setTimeout(() => {
      this.#retries.delete(container);
      this.#ask(container, tries + 1);
    }, wait);
    timer.unref();
    this.#retries.set(container, timer);
  }

  #tell(message: string, reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#options.logger.warn(message, { reason });
  }
}

/**
 * Whether a job of the container's name is the container's: while its first process is not known, only where no other
 * container can have had its id. A HostProcess sandbox has no process and no job, and a made-up pid.
 */
function mayHaveJob({ id, init, details, deletedAt }: Container): boolean {
  const { isolation } = details;
  if (deletedAt !== undefined || (isolation !== 'process' && isolation !== 'hostprocess')) return false;
  if (init === undefined) return isolation === 'process' && UNIQUE_ID.test(id);
  return isAlive(init) && init.pid > MAX_SYSTEM_PID;
}

// The job of a container before it, or after it, under the same name does not hold its first process.
function isOf({ init }: Container, { pids }: JobFacts): boolean {
  return init === undefined || pids.includes(init.pid);
}

function isNews(known: JobFacts | undefined, job: JobFacts): boolean {
  if (known === undefined || known.siloId !== job.siloId || known.session !== job.session) return true;
  const before = new Set(known.pids);
  return known.jobId !== job.jobId || job.pids.some((pid) => !before.has(pid));
}
