import { type BackOffOptions, backOff, sleep } from '../pipeline/back_off.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ApiClient, Failure } from './api_client.ts';
import { fieldsOf, nameOf, type PodFacts, readPod } from './pod_facts.ts';
import { listPods } from './pod_list.ts';
import type { PodChange, PodSource, PodSourceState } from './pod_source.ts';
import { PodStore } from './pod_store.ts';
import { type WatchListener, watchPods } from './pod_watch.ts';

/** Forgotten pods are looked for this often. */
const EXPIRE_MS = 5_000;
/** Its uid stands for the cluster's (OpenTelemetry's `k8s.cluster.uid`). */
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';

/** How pods are watched. */
export interface PodWatcherOptions {
  readonly client: ApiClient;
  readonly node: string;
  /** Which annotations are kept. */
  readonly wants: (annotation: string) => boolean;
  /** Whether the cluster's uid is asked for, which needs a permission of its own. */
  readonly asksCluster: boolean;
  readonly maxPods: number;
  readonly keepDeletedMs: number;
  readonly pageSize: number;
  readonly watchMs: number;
  readonly silenceMs: number;
  readonly retry: BackOffOptions;
}

/** What happened so far. */
export interface PodWatchCounts {
  /** Watches begun after the first. */
  watches: number;
  /** Lists after the first. */
  lists: number;
  /** Requests that failed or were refused. */
  errors: number;
  /** Pods and lines that could not be read. */
  bad: number;
}

/** Keeps a view of a node's pods: lists them, watches what changes, and begins anew whatever ends either. */
export class PodWatcher implements PodSource {
  readonly #options: PodWatcherOptions;
  readonly #logger: Logger;
  readonly #store: PodStore;
  readonly #listeners = new Set<(change: PodChange) => void>();
  readonly #stop = new AbortController();
  readonly #listed = Promise.withResolvers<void>();
  readonly counts: PodWatchCounts = { watches: 0, lists: 0, errors: 0, bad: 0 };
  #state: PodSourceState = { kind: 'connecting' };
  #clusterUid: string | undefined;
  #said = '';
  #hasListed = false;
  #saidCluster = false;
  #waits: ReturnType<typeof backOff>;
  #running: Promise<void> | undefined;

  constructor(options: PodWatcherOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
    this.#waits = backOff(options.retry);
    this.#store = new PodStore({
      maxPods: options.maxPods,
      keepDeletedMs: options.keepDeletedMs,
      now: () => performance.now(),
      onChange: (change) => this.#tell(change),
    });
  }

  get state(): PodSourceState {
    return this.#state;
  }
  get clusterUid(): string | undefined {
    return this.#clusterUid;
  }
  get size(): number {
    return this.#store.size;
  }
  get overflowed(): number {
    return this.#store.overflowed;
  }

  pod(uid: string): PodFacts | undefined {
    return this.#store.get(uid);
  }

  subscribe(listener: (change: PodChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the pods are listed for the first time, and at the latest after that many milliseconds. */
  async listed(atMostMs: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#listed.promise, sleep(atMostMs, over.signal)]);
    over.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#listed.resolve();
    this.#options.client.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const expiring = setInterval(() => this.#store.expire(), EXPIRE_MS);
    expiring.unref();
    let version: string | undefined;
    let fresh = false;
    while (!signal.aborted) {
      version ??= await this.#list(fresh);
      if (version !== undefined) {
        await this.#askCluster();
        version = await this.#watch(version);
        // A list from the server's memory could be as old as what it just refused.
        fresh = version === undefined;
      }
      await sleep(this.#waits.next().value, signal);
    }
    clearInterval(expiring);
  }

  /** Where a watch can begin; undefined when the pods could not be listed. */
  async #list(fresh: boolean): Promise<string | undefined> {
    const { client, node, pageSize } = this.#options;
    const seen = new Set<string>();
    const listed = await listPods(
      client,
      { node, pageSize, fresh },
      (value) => {
        const pod = this.#put(value);
        if (pod !== undefined) seen.add(pod.uid);
      },
      this.#stop.signal,
    );
    if (listed.kind !== 'listed') {
      this.#fail(shown(listed));
      return undefined;
    }
    this.#store.retain(seen);
    if (this.#hasListed) this.counts.lists++;
    this.#hasListed = true;
    this.#sync();
    if (seen.size === 0)
      this.#logger.warn('the API server knows no pod of this node: is the name right?', { node });
    return listed.version;
  }

  /** Where the next watch goes on; undefined when everything has to be listed again. */
  async #watch(version: string): Promise<string | undefined> {
    const { client, node, watchMs, silenceMs } = this.#options;
    // Not all nodes' watches end together.
    const seconds = Math.ceil((watchMs / 1000) * (0.8 + 0.4 * Math.random()));
    const began = performance.now();
    const end = await watchPods(
      client,
      { node, version, seconds, silenceMs },
      this.#listener(),
      this.#stop.signal,
    );
    if (this.#stop.signal.aborted) return undefined;
    this.counts.watches++;
    if (performance.now() - began > this.#options.retry.maxMs) this.#works();
    this.#logger.debug('a watch of pods ended', { how: end.kind, reason: end.reason });
    if (end.kind === 'over') return end.version;
    if (end.kind === 'closed') this.#fail(end.reason);
    return end.kind === 'closed' ? version : undefined;
  }

  #listener(): WatchListener {
    return {
      opened: () => this.#sync(),
      changed: (pod) => {
        this.#works();
        this.#put(pod);
      },
      deleted: (pod) => {
        this.#works();
        const uid = nameOf(fieldsOf(fieldsOf(pod)['metadata'])['uid']);
        if (uid !== undefined) this.#store.delete(uid);
      },
      bad: () => {
        this.counts.bad++;
      },
    };
  }

  /** What failed before is over: the next failure is a first one. */
  #works(): void {
    this.#waits = backOff(this.#options.retry);
  }

  #put(value: unknown): PodFacts | undefined {
    const pod = readPod(value, this.#options.wants);
    if (pod === undefined) this.counts.bad++;
    else this.#store.put(pod);
    return pod;
  }

  /** The cluster's uid, once; whoever may not ask for it goes on without. */
  async #askCluster(): Promise<void> {
    if (!this.#options.asksCluster || this.#clusterUid !== undefined) return;
    const answer = await this.#options.client.get(KUBE_SYSTEM, {}, this.#stop.signal);
    if (answer.kind === 'ok') this.#clusterUid = nameOf(fieldsOf(fieldsOf(answer.value)['metadata'])['uid']);
    if (this.#clusterUid !== undefined || this.#stop.signal.aborted) return;
    this.counts.errors++;
    if (this.#saidCluster) return;
    this.#saidCluster = true;
    this.#logger.warn('the uid of the cluster is not known: the namespace kube-system could not be read', {
      reason: answer.kind === 'ok' ? 'it has no uid' : shown(answer),
    });
  }

  #sync(): void {
    if (this.#state.kind !== 'synced') {
      const { client, node } = this.#options;
      this.#logger.info('watching pods', { server: client.shown, node, pods: this.#store.size });
    }
    this.#state = { kind: 'synced' };
    this.#said = '';
    this.#listed.resolve();
  }

  #fail(reason: string): void {
    if (this.#stop.signal.aborted) return;
    this.counts.errors++;
    this.#state = { kind: 'lost', reason };
    // One line for each cause, not for each try.
    if (this.#said !== reason)
      this.#logger.warn('the pods of this node cannot be read; trying again', {
        server: this.#options.client.shown,
        reason,
      });
    this.#said = reason;
  }

  #tell(change: PodChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a change of pods could not be taken: this is a bug', { error: String(error) });
      }
    }
  }
}

function shown(failure: Failure): string {
  return failure.kind === 'refused' ? `${failure.status} ${failure.reason}` : failure.reason;
}
