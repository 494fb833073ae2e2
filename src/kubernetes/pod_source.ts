import type { PodFacts } from './pod_facts.ts';

/** Whether the view of pods is current. */
export type PodSourceState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'synced' }
  /** The view is as it was when the API server was lost. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What changed: a pod became known or other than it was, or is no longer kept. */
export type PodChange =
  | { readonly kind: 'pod'; readonly pod: PodFacts }
  | { readonly kind: 'forget'; readonly pod: PodFacts };

/** The pods of this node, as the API server tells of them. */
export interface PodSource {
  readonly state: PodSourceState;
  /** The uid of the cluster, which is that of its namespace `kube-system`; undefined until it is known. */
  readonly clusterUid: string | undefined;
  /** The pod of that uid: the same object until something of it changes; also for a time after it was deleted. */
  pod(uid: string): PodFacts | undefined;
  /** Tells every change from now on, within it: the listener must neither wait nor throw. The result ends it. */
  subscribe(listener: (change: PodChange) => void): () => void;
}
