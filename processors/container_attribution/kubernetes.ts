import type { Attributes } from '@opentelemetry/api';
import type { ComponentContext } from '../../src/component.ts';
import type { Container } from '../../src/containerd/facts.ts';
import { accessOf } from '../../src/kubernetes/access.ts';
import { ApiClient } from '../../src/kubernetes/api_client.ts';
import type { KubernetesConfig } from '../../src/kubernetes/config.ts';
import { Extraction } from '../../src/kubernetes/extraction.ts';
import { podAttributes, type Shown } from '../../src/kubernetes/pod_attributes.ts';
import type { PodFacts } from '../../src/kubernetes/pod_facts.ts';
import { PodWatcher } from '../../src/kubernetes/pod_watcher.ts';
import { ResourceAttr } from '../../src/model/attributes.ts';
import { KUBERNETES_METRICS } from '../../src/telemetry/kubernetes_metrics.ts';
import { observable } from '../../src/telemetry/metric.ts';
import type { PodKnowledge } from './mark.ts';

const NODE_NAME = 'K8S_NODE_NAME';

/** What the API server knows of containers' pods, as the `kubernetes` block asks for it. */
export class Kubernetes implements PodKnowledge {
  readonly #context: ComponentContext;
  readonly #config: KubernetesConfig;
  readonly #shown: Shown;
  #made = new WeakMap<PodFacts, Attributes>();
  #madeFor: string | undefined;
  #watcher: PodWatcher | undefined;
  #changes = 0;

  constructor(context: ComponentContext, config: KubernetesConfig) {
    this.#context = context;
    this.#config = config;
    const { extract } = config;
    this.#shown = { metadata: new Set(extract.metadata), extraction: new Extraction(extract) };
  }

  /**
   * Begins to watch, and waits for the first list as long as configured. Rejects where the API server's address or the
   * node's name is not known; an API server that does not answer is tried again and again.
   */
  async start(): Promise<void> {
    const watcher = new PodWatcher(this.#options(), this.#context.logger);
    this.#watcher = watcher;
    this.#measure(watcher);
    this.#context.account.status.watch(() =>
      watcher.state.kind === 'synced' ? undefined : 'the view of pods is not current',
    );
    watcher.subscribe(() => this.#changes++);
    watcher.start();
    await watcher.listed(this.#config.wait_for_metadata);
  }

  async stop(): Promise<void> {
    await this.#watcher?.stop();
  }

  get revision(): number {
    return this.#changes + (this.#watcher?.clusterUid === undefined ? 0 : 1);
  }

  attributesOf({ details: { kubernetes } }: Container): Attributes | undefined {
    const pod = kubernetes && this.#watcher?.pod(kubernetes.podUid);
    if (pod === undefined) return undefined;
    const clusterUid = this.#watcher?.clusterUid;
    if (clusterUid !== this.#madeFor) {
      this.#made = new WeakMap();
      this.#madeFor = clusterUid;
    }
    let attributes = this.#made.get(pod);
    if (attributes === undefined) {
      attributes = podAttributes(pod, this.#shown, clusterUid);
      this.#made.set(pod, attributes);
    }
    return attributes;
  }

  #options(): ConstructorParameters<typeof PodWatcher>[0] {
    const config = this.#config;
    const access = accessOf(config);
    if ('reason' in access) throw new Error(access.reason);
    const { metadata, extraction } = this.#shown;
    return {
      client: new ApiClient(access, config.request_timeout),
      node: this.#node(),
      wants: (annotation) => extraction.wants(annotation),
      asksCluster: metadata.has(ResourceAttr.k8sClusterUid.name),
      maxPods: config.max_pods,
      keepDeletedMs: config.pod_delete_grace_period,
      pageSize: config.page_size,
      watchMs: config.watch_timeout,
      silenceMs: config.silence_timeout,
      retry: { initialMs: config.retry_initial_interval, maxMs: config.retry_max_interval },
    };
  }

  #node(): string {
    const told = this.#context.resource.attributes[ResourceAttr.k8sNodeName.name];
    const name = this.#config.node ?? process.env[NODE_NAME] ?? told;
    if (typeof name === 'string' && name !== '') return name;
    throw new Error(
      `the name of this node is not known: set kubernetes::node, or ${NODE_NAME} from spec.nodeName (downward API)`,
    );
  }

  #measure(watcher: PodWatcher): void {
    const of = (name: keyof typeof KUBERNETES_METRICS, value: () => number): void =>
      observable(this.#context.meter, KUBERNETES_METRICS[name]).addCallback((result) =>
        result.observe(value()),
      );
    of('pods', () => watcher.size);
    of('connected', () => (watcher.state.kind === 'synced' ? 1 : 0));
    of('watches', () => watcher.counts.watches);
    of('lists', () => watcher.counts.lists);
    of('errors', () => watcher.counts.errors);
    of('bad', () => watcher.counts.bad);
    of('overflowed', () => watcher.overflowed);
  }
}
