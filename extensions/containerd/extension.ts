import type { z } from 'zod';
import type { ComponentContext } from '../../src/component.ts';
import { containerRows } from '../../src/containerd/container_row.ts';
import { type Endpoint, parseEndpoint, usualEndpoints } from '../../src/containerd/endpoint.ts';
import type { JobQueries } from '../../src/containerd/job_queries.ts';
import type { ContainerSource, ContainerSourceExtension, SourceState } from '../../src/containerd/source.ts';
import type { WatchOptions } from '../../src/containerd/watch_options.ts';
import { Watcher } from '../../src/containerd/watcher.ts';
import { CONTAINERD_METRICS } from '../../src/telemetry/containerd_metrics.ts';
import { observable } from '../../src/telemetry/metric.ts';
import type { containerdConfig } from './config.ts';

type ContainerdConfig = z.infer<typeof containerdConfig>;

/** Gets who knows of jobs; undefined where Windows cannot, or is not to, be asked. */
export type LoadJobs = () => Promise<JobQueries | undefined>;

/** One client of containerd for all components; see README.md. */
export class ContainerdExtension implements ContainerSourceExtension {
  readonly #context: ComponentContext;
  readonly #watcher: Watcher;
  readonly #loadJobs: LoadJobs;

  constructor(
    context: ComponentContext,
    config: ContainerdConfig,
    loadJobs: LoadJobs = async () => undefined,
  ) {
    this.#context = context;
    this.#watcher = new Watcher(watchOptions(config), context.logger);
    this.#loadJobs = loadJobs;
    const { status } = context.account;
    status.watch(() => trouble(this.#watcher.state));
    status.show('containers', () => containerRows(this.#watcher.containers));
  }

  get source(): ContainerSource {
    return this.#watcher;
  }

  // An agent without containerd still has the node's events to tell: start does not insist.
  async start(): Promise<void> {
    this.#measure();
    await this.#watcher.start(await this.#loadJobs());
  }

  async shutdown(): Promise<void> {
    await this.#watcher.stop();
  }

  #measure(): void {
    const watcher = this.#watcher;
    const of = (name: keyof typeof CONTAINERD_METRICS, value: () => number): void =>
      observable(this.#context.meter, CONTAINERD_METRICS[name]).addCallback((result) =>
        result.observe(value()),
      );
    of('containers', () => watcher.containers.size);
    of('events', () => watcher.counts.events);
    of('bad', () => watcher.counts.bad);
    of('lag', () => watcher.counts.lagMs / 1000);
    of('lost', () => watcher.counts.lost);
    of('connected', () => (watcher.state.kind === 'synced' ? 1 : 0));
    of('overflowed', () => watcher.overflowed);
  }
}

function trouble(state: SourceState): string | undefined {
  switch (state.kind) {
    case 'connecting':
      return 'containerd has not answered yet';
    case 'lost':
      return `containerd is away: ${state.reason}`;
    case 'synced':
      return undefined;
  }
}

function watchOptions(config: ContainerdConfig): WatchOptions {
  const namespaces = new Set(config.namespaces);
  const kubelets = new Set(config.kubernetes_namespaces);
  return {
    endpoints: endpointsOf(config.endpoint),
    namespaces: config.namespaces,
    isWanted: (namespace) => namespaces.has('*') || namespaces.has(namespace),
    isKubelets: (namespace) => kubelets.has(namespace),
    connectTimeoutMs: config.connect_timeout,
    requestTimeoutMs: config.request_timeout,
    reconcileMs: config.reconcile_interval,
    retry: { initialMs: config.retry_initial_interval, maxMs: config.retry_max_interval },
    maxContainers: config.max_containers,
    keepDeletedMs: config.keep_deleted,
  };
}

function endpointsOf(configured: string | undefined): readonly Endpoint[] {
  if (configured === undefined) return usualEndpoints();
  const parsed = parseEndpoint(configured);
  return parsed.kind === 'endpoint' ? [parsed.endpoint] : [];
}
