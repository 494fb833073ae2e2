import type { Container } from '../../src/containerd/facts.ts';

/**
 * How a container was found: by the container id that Windows stamps the event with; containerd named the process
 * as the first of the container (`pid`), or one executed in it; Windows lists it in the container's job; the session
 * of the container's silo; the parent.
 */
export const METHODS = ['container_id', 'pid', 'exec_pid', 'job', 'session', 'parent'] as const;
export type Method = (typeof METHODS)[number];

/** `exact` where Windows or containerd names the container. */
export const CONFIDENCE: Readonly<Record<Method, string>> = {
  container_id: 'exact',
  pid: 'exact',
  exec_pid: 'exact',
  job: 'exact',
  session: 'inferred',
  parent: 'inferred',
};

/** What was found for a record or a process. */
export type Verdict =
  | { readonly kind: 'container'; readonly container: Container; readonly method: Method }
  /** A process of the node, as far as is known. */
  | { readonly kind: 'host' }
  /** It is, or may be, a container's, and containerd has not said whose. */
  | { readonly kind: 'wait' }
  /** The same, and nobody waits any more. */
  | { readonly kind: 'unresolved' };
