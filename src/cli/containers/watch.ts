import { Watcher } from '../../containerd/watcher.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ContainersOptions } from './options.ts';

/** kubelet's namespace: elsewhere labels may come from the image. */
const KUBELETS = 'k8s.io';

/** A client of containerd for a command, with what the extension has as its defaults. */
export function watcherOf({ endpoints, namespaces }: ContainersOptions, logger: Logger): Watcher {
  const wanted = new Set(namespaces);
  return new Watcher(
    {
      endpoints,
      namespaces,
      isWanted: (namespace) => wanted.has('*') || wanted.has(namespace),
      isKubelets: (namespace) => namespace === KUBELETS,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 10_000,
      reconcileMs: 60_000,
      retry: { initialMs: 200, maxMs: 15_000 },
      maxContainers: 4_096,
      keepDeletedMs: 120_000,
    },
    logger,
  );
}

/** Why a watcher that was started has no view; undefined where it has one. */
export function whyLost({ state }: Watcher): string | undefined {
  switch (state.kind) {
    case 'synced':
      return undefined;
    case 'connecting':
      return 'it does not answer';
    case 'lost':
      return state.reason;
  }
}
