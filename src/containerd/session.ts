import { setTimeout as wait } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { ContainerdClient, type Failed } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { readEvent } from './event.ts';
import type { Container, ContainerDetails } from './facts.ts';
import { Containers } from './generated/containers_pb.ts';
import type { Envelope } from './generated/envelope_pb.ts';
import { Events } from './generated/event_service_pb.ts';
import { Version } from './generated/version_pb.ts';
import { listNamespace, listNamespaces, listPids } from './lists.ts';
import { OrderedEvents } from './ordered_events.ts';
import { readDetails } from './read_container.ts';
import { reconcile } from './reconcile.ts';
import type { ContainerStore } from './store.ts';
import { millisOf, timeOf } from './time.ts';
import type { WatchCounts, WatchOptions } from './watch_options.ts';

/** What a session works with. */
export interface SessionOptions {
  readonly endpoint: Endpoint;
  readonly watch: WatchOptions;
  readonly store: ContainerStore;
  readonly counts: WatchCounts;
  /** Whether any session before came to its lists. */
  readonly isFirst: boolean;
  /** The lists are read for the first time. */
  readonly onSynced: (version: string) => void;
  readonly signal: AbortSignal;
}

const TOPICS = 'topic~="^/(tasks|containers)/"';
/**
 * Between subscribing and the second list. containerd does not say when a subscription has begun, so what happens
 * while it begins may be in neither the first list nor the stream.
 */
const SECOND_LIST_MS = 1_000;

/** One connection to containerd, from connecting to its end. */
export class Session {
  readonly #options: SessionOptions;
  readonly #client: ContainerdClient;
  readonly #events: OrderedEvents;
  readonly #over = new AbortController();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#client = new ContainerdClient(options.endpoint.target, options.watch.requestTimeoutMs);
    this.#events = new OrderedEvents({
      store: options.store,
      details: (namespace, id) => this.#details(namespace, id),
    });
  }

  /** Runs until something fails or the signal aborts; resolves to why it ended. */
  async run(): Promise<Failed> {
    const { signal, watch } = this.#options;
    const over = (): void => this.#over.abort();
    signal.addEventListener('abort', over, { once: true });
    if (signal.aborted) over();
    try {
      // The first call connects, and fails at once where nobody listens.
      const version = await this.#client.call(
        Version.method.version,
        {},
        { signal: this.#over.signal, timeoutMs: watch.connectTimeoutMs },
      );
      if (version.kind === 'failed') return version;
      return await Promise.race([this.#subscribe(), this.#keepListed(version.value.version.slice(0, 128))]);
    } finally {
      signal.removeEventListener('abort', over);
      this.#over.abort();
      this.#client.close();
    }
  }

  /** The pids in a container now. */
  pidsOf(container: Container): Promise<readonly number[]> {
    return listPids(this.#client, container, this.#over.signal);
  }

  async #subscribe(): Promise<Failed> {
    const ended = await this.#client.stream(
      Events.method.subscribe,
      { filters: [TOPICS] },
      { signal: this.#over.signal, bounded: false },
      (envelope) => this.#take(envelope),
    );
    return ended.kind === 'failed'
      ? ended
      : { kind: 'failed', code: status.OK, reason: 'the stream of events ended' };
  }

  #take(envelope: Envelope): void {
    const { counts, watch } = this.#options;
    if (this.#over.signal.aborted) return;
    counts.events++;
    const at = timeOf(envelope.timestamp);
    if (at !== undefined) counts.lagMs = Date.now() - millisOf(at);
    const event = readEvent(envelope);
    if (event.kind === 'bad') counts.bad++;
    if (event.kind === 'bad' || event.kind === 'other') return;
    if (watch.isWanted(envelope.namespace)) this.#events.take(event);
  }

  // Subscribing comes first, so that nothing is between list and stream; a call in between makes that likelier.
  async #keepListed(version: string): Promise<Failed> {
    const { watch, isFirst, onSynced } = this.#options;
    const { signal } = this.#over;
    for (let round = 0; ; round++) {
      const failed = await this.#list(isFirst && round === 0 ? 'initial' : 'list');
      if (failed !== undefined) return failed;
      if (round === 0 && !signal.aborted) onSynced(version);
      const pause = round === 0 ? Math.min(SECOND_LIST_MS, watch.reconcileMs) : watch.reconcileMs;
      try {
        await wait(pause, undefined, { signal, ref: false });
      } catch {
        return { kind: 'failed', code: status.CANCELLED, reason: 'stopped' };
      }
    }
  }

  async #list(origin: 'initial' | 'list'): Promise<Failed | undefined> {
    const { watch, store } = this.#options;
    const { signal } = this.#over;
    const namespaces = await listNamespaces(this.#client, watch.namespaces, signal);
    if (namespaces.kind === 'failed') return namespaces;
    const gone = new Set(Array.from(store.all(), ({ namespace }) => namespace));
    for (const namespace of namespaces.value) {
      gone.delete(namespace);
      const since = store.sequence;
      const isKubelets = watch.isKubelets(namespace);
      const listed = await listNamespace(this.#client, namespace, {
        isKubelets,
        max: watch.maxContainers,
        signal,
      });
      if (listed.kind === 'failed') return listed;
      reconcile(store, listed.value, {
        since,
        origin,
        isPending: (...key) => this.#events.isPending(...key),
      });
    }
    // A namespace can be removed only when it is empty.
    for (const namespace of gone) {
      const empty = { namespace, containers: new Map(), tasks: new Map() };
      reconcile(store, empty, {
        since: store.sequence,
        origin,
        isPending: (...key) => this.#events.isPending(...key),
      });
    }
    return undefined;
  }

  async #details(namespace: string, id: string): Promise<ContainerDetails | undefined> {
    const got = await this.#client.call(
      Containers.method.get,
      { id },
      { namespace, signal: this.#over.signal },
    );
    if (got.kind === 'failed' || got.value.container === undefined) return undefined;
    return readDetails(got.value.container, this.#options.watch.isKubelets(namespace));
  }
}
