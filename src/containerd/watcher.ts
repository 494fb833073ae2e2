import type { HrTime } from '@opentelemetry/api';
import { backOff, sleep } from '../pipeline/back_off.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Endpoint } from './endpoint.ts';
import type { Change, Container } from './facts.ts';
import type { JobQueries } from './job_queries.ts';
import { JobWatch } from './job_watch.ts';
import { ListedJobs } from './listed_jobs.ts';
import { Session } from './session.ts';
import type { ContainerSource, SourceState } from './source.ts';
import { ContainerStore, type ContainerView } from './store.ts';
import { timeNow } from './time.ts';
import type { WatchCounts, WatchOptions } from './watch_options.ts';

/** Forgotten containers are looked for this often. */
const EXPIRE_MS = 5_000;

/** Keeps a view of containerd's containers, however often containerd goes and comes back. */
export class Watcher implements ContainerSource {
  readonly #options: WatchOptions;
  readonly #logger: Logger;
  readonly #store: ContainerStore;
  #jobs: JobWatch | undefined;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #stop = new AbortController();
  readonly #firstTry = Promise.withResolvers<void>();
  readonly counts: WatchCounts = { events: 0, bad: 0, lost: 0, lagMs: 0 };
  #state: SourceState = { kind: 'connecting' };
  #hasSynced = false;
  #said = '';
  /** The session under way. */
  #session: Session | undefined;
  #running: Promise<void> | undefined;

  constructor(options: WatchOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
    this.#store = new ContainerStore({
      maxContainers: options.maxContainers,
      keepDeletedMs: options.keepDeletedMs,
      now: () => performance.now(),
      onChange: (change) => this.#tell(change),
    });
  }

  get containers(): ContainerView {
    return this.#store;
  }
  get state(): SourceState {
    return this.#state;
  }
  get overflowed(): number {
    return this.#store.overflowed;
  }

  time(): HrTime {
    return timeNow();
  }

  /**
   * Asks containerd for the pids of everything that runs in a container now, which costs it some 10 ms. Empty where there
   * is no answer, and for a container whose pids are not this node's. Never rejects.
   */
  async pidsOf(container: Container): Promise<readonly number[]> {
    return (await this.#session?.pidsOf(container)) ?? [];
  }

  askJobs(): void {
    this.#jobs?.askJobs();
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Begins; resolves when the lists are read for the first time, or a first round of trying was in vain, and at the
   * latest after the time that one connecting may take: a containerd that hangs must not hold up the agent.
   *
   * @param jobs Who knows of jobs; by default containerd, for its part.
   */
  async start(jobs: JobQueries = new ListedJobs((container) => this.pidsOf(container))): Promise<void> {
    this.#watchJobs(jobs);
    this.#running ??= this.#run();
    const late = setTimeout(() => this.#firstTry.resolve(), this.#options.connectTimeoutMs);
    await this.#firstTry.promise;
    clearTimeout(late);
  }

  #watchJobs(queries: JobQueries): void {
    if (this.#jobs !== undefined) return;
    const jobs = new JobWatch({
      queries,
      store: this.#store,
      logger: this.#logger,
      now: () => performance.now(),
    });
    this.#jobs = jobs;
    this.subscribe((change) => jobs.take(change));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#jobs?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const expiring = setInterval(() => this.#store.expire(), EXPIRE_MS);
    expiring.unref();
    let waits = backOff(this.#options.retry);
    while (!signal.aborted) {
      if (await this.#tryAll()) waits = backOff(this.#options.retry);
      this.#firstTry.resolve();
      await sleep(waits.next().value, signal);
    }
    clearInterval(expiring);
    this.#firstTry.resolve();
  }

  /** Tries each endpoint once, and stays with one that works until it ends. Says whether one worked. */
  async #tryAll(): Promise<boolean> {
    const reasons: string[] = [];
    for (const endpoint of this.#options.endpoints) {
      const { worked, reason } = await this.#try(endpoint);
      if (this.#stop.signal.aborted) return worked;
      if (worked) {
        this.counts.lost++;
        this.#lose(`${endpoint.shown}: ${reason}`);
        return true;
      }
      reasons.push(`${endpoint.shown}: ${reason}`);
    }
    this.#lose(reasons.join('; '));
    return false;
  }

  async #try(endpoint: Endpoint): Promise<{ worked: boolean; reason: string }> {
    let worked = false;
    const session = new Session({
      endpoint,
      watch: this.#options,
      store: this.#store,
      counts: this.counts,
      isFirst: !this.#hasSynced,
      signal: this.#stop.signal,
      onSynced: (version) => {
        worked = true;
        this.#sync(endpoint, version);
      },
    });
    this.#session = session;
    const { reason } = await session.run();
    this.#session = undefined;
    return { worked, reason };
  }

  #sync(endpoint: Endpoint, version: string): void {
    this.#hasSynced = true;
    this.#state = { kind: 'synced', endpoint: endpoint.shown, version };
    this.#said = '';
    this.#logger.info('connected to containerd', {
      endpoint: endpoint.shown,
      version,
      containers: this.#store.size,
    });
    this.#tell({ kind: 'synced' });
    this.#firstTry.resolve();
  }

  #lose(reason: string): void {
    const wasSynced = this.#state.kind === 'synced';
    this.#state = { kind: 'lost', reason };
    // One line for each cause, not for each try.
    if (this.#said !== reason) this.#logger.warn('containerd cannot be reached; trying again', { reason });
    this.#said = reason;
    if (wasSynced) this.#tell({ kind: 'lost', reason });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a change of containers could not be taken: this is a bug', {
          change: change.kind,
          error: String(error),
        });
      }
    }
  }
}
