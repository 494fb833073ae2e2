import type { BackOffOptions } from '../pipeline/back_off.ts';
import type { Endpoint } from './endpoint.ts';

/** How containerd is watched. */
export interface WatchOptions {
  /** Tried in turn. */
  readonly endpoints: readonly Endpoint[];
  /** Names, or `*` for all. */
  readonly namespaces: readonly string[];
  readonly isWanted: (namespace: string) => boolean;
  /** Whether kubelet owns a namespace: only there labels say who a container is in Kubernetes. */
  readonly isKubelets: (namespace: string) => boolean;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly reconcileMs: number;
  readonly retry: BackOffOptions;
  readonly maxContainers: number;
  readonly keepDeletedMs: number;
}

/** What happened so far. */
export interface WatchCounts {
  events: number;
  /** Events that could not be read. */
  bad: number;
  /** Connections that worked and ended. */
  lost: number;
  /** Between the last event's time and its arrival, in milliseconds. */
  lagMs: number;
}
