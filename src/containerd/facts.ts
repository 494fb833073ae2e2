import type { HrTime } from '@opentelemetry/api';

/**
 * Where a container's processes live. Those of `process` and `hostprocess` containers are processes of this node;
 * those of `hyperv` containers live in a virtual machine, and their pids mean nothing here. `unknown`: containerd
 * did not say before the container was gone.
 */
export type Isolation = 'process' | 'hostprocess' | 'hyperv' | 'unknown';

/** An image reference in parts, named as OpenTelemetry names them. */
export interface Image {
  /** Without tag and digest. */
  readonly name: string;
  readonly tags: readonly string[];
  /** `name@sha256:…`. */
  readonly repoDigests: readonly string[];
}

/** Who a container is in Kubernetes, as kubelet says. */
export interface KubernetesFacts {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  /** Absent for a sandbox. */
  readonly containerName: string | undefined;
  readonly restartCount: number | undefined;
}

/** What containerd keeps of a container. Texts, and how many there are of them, are bounded. */
export interface ContainerDetails {
  /** A sandbox is the container that stands for its pod. */
  readonly kind: 'container' | 'sandbox';
  readonly isolation: Isolation;
  /** As they stand in containerd: only in kubelet's namespace do they say what Kubernetes says. */
  readonly labels: ReadonlyMap<string, string>;
  readonly image: Image | undefined;
  /** `io.containerd.runhcs.v1`. */
  readonly runtime: string;
  readonly createdAt: HrTime | undefined;
  /** The sandbox of the container's pod. */
  readonly sandboxId: string | undefined;
  /** Undefined outside of kubelet's namespace. */
  readonly kubernetes: KubernetesFacts | undefined;
  /** Labels of the pod; only its sandbox has them. */
  readonly podLabels: ReadonlyMap<string, string>;
  /** False where containerd did not tell all, because the container was gone before it could be asked. */
  readonly complete: boolean;
}

/** A process that containerd started: the first of a container, or one that was executed in it. Times as far as known. */
export interface ContainerProcess {
  /** Undefined for the first process. */
  readonly execId: string | undefined;
  readonly pid: number;
  readonly startedAt: HrTime | undefined;
  readonly exitedAt: HrTime | undefined;
  readonly exitCode: number | undefined;
}

/** What Windows, or containerd for its part, says of the job that a container's processes are in. */
export interface JobFacts {
  /** The id that Windows gives a silo and stamps events with: a GUID in lower case, without braces. */
  readonly siloId: string | undefined;
  readonly jobId: number | undefined;
  /** The session of a server silo's services; never 0. */
  readonly session: number | undefined;
  /** Pids that were in the job at the time of the fact, and in jobs within it. */
  readonly pids: readonly number[];
}

/**
 * A container. The object stays the same for the container's life, and its fields say what is known now; they
 * stay readable when the container is deleted and forgotten.
 */
export interface Container {
  /** containerd's namespace: `k8s.io`. */
  readonly namespace: string;
  readonly id: string;
  readonly details: ContainerDetails;
  /** The last task's first process; stays when it has exited. */
  readonly init: ContainerProcess | undefined;
  /** By exec id: those that run, and the last that did. */
  readonly execs: ReadonlyMap<string, ContainerProcess>;
  /** Undefined where Windows was not asked, or did not say. */
  readonly job: JobFacts | undefined;
  /** When that was so, as far as known. */
  readonly jobAt: HrTime | undefined;
  readonly deletedAt: HrTime | undefined;
}

/** Something that containerd, or Windows, said about one container. */
export type Fact = FactSubject &
  (
    | { readonly kind: 'container'; readonly details: ContainerDetails }
    /** A task is there; its first process waits to be started. */
    | { readonly kind: 'task'; readonly pid: number }
    | { readonly kind: 'start'; readonly pid: number }
    | { readonly kind: 'exec'; readonly execId: string; readonly pid: number }
    | {
        readonly kind: 'exit';
        readonly execId: string | undefined;
        readonly pid: number;
        readonly exitCode: number | undefined;
      }
    | { readonly kind: 'oom' }
    | { readonly kind: 'job'; readonly job: JobFacts }
    | { readonly kind: 'delete' }
  );

interface FactSubject {
  readonly namespace: string;
  readonly id: string;
  /** When it happened; undefined where containerd does not say (a task that ran before us). */
  readonly at: HrTime | undefined;
}

/** How a fact was learnt: told when it happened, found by listing afterwards, or there before the first list. */
export type Origin = 'event' | 'list' | 'initial';

/** What changed. `fact` is absent where a container is only forgotten. */
export type Change =
  | {
      readonly kind: 'create' | 'update' | 'task' | 'start' | 'exec' | 'exit' | 'oom' | 'job' | 'delete';
      readonly container: Container;
      /** The process of `task`, `start`, `exec` and `exit`. */
      readonly process: ContainerProcess | undefined;
      readonly at: HrTime | undefined;
      readonly origin: Origin;
    }
  /** It leaves the view. */
  | { readonly kind: 'forget'; readonly container: Container }
  /** The lists are read: what is not in the view now is not there. */
  | { readonly kind: 'synced' }
  /** Nothing is told from now on, until the next `synced`. */
  | { readonly kind: 'lost'; readonly reason: string };
