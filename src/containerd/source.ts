import type { HrTime } from '@opentelemetry/api';
import type { Component, Host } from '../component.ts';
import type { Change } from './facts.ts';
import type { ContainerView } from './store.ts';

/** Whether the view is current. */
export type SourceState =
  | { readonly kind: 'connecting' }
  /** `version` is containerd's. */
  | { readonly kind: 'synced'; readonly endpoint: string; readonly version: string }
  /** The view is as it was when containerd was lost. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What the `containerd` extension offers to other components. */
export interface ContainerSource {
  readonly containers: ContainerView;
  readonly state: SourceState;
  /** The time that the view is of: now, or that of what a journal told last. */
  time(): HrTime;
  /**
   * Asks soon for what is not known of jobs: those that containers have by now, and what else runs in HostProcess containers,
   * which have nothing but their jobs' lists of pids. What is new is told as `job`. May be called at any rate.
   */
  askJobs(): void;
  /**
   * Tells every change from now on, in order, each container's `create` first; what is there already stands in the
   * view. The listener is called within the change, and must neither wait nor throw. The result ends it.
   */
  subscribe(listener: (change: Change) => void): () => void;
}

/** An extension that is a source of containers. */
export interface ContainerSourceExtension extends Component {
  readonly source: ContainerSource;
}

/** The source of the extension of that id. Throws, for `start` to pass on, when there is none. */
export function containerSourceOf(host: Host, id: string): ContainerSource {
  const extension = host.extension(id);
  if (!isSource(extension)) throw new Error(`extension "${id}" does not know containers`);
  return extension.source;
}

function isSource(extension: Component): extension is ContainerSourceExtension {
  return 'source' in extension;
}
