import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import type { NoiseConfig } from './config.ts';

/** NT AUTHORITY\SYSTEM (MS-DTYP 2.4.2.4). */
const SYSTEM = 'S-1-5-18';
/**
 * Where the clouds' nodes have the programs that run them. C:\k and C:\Program Files\containerd: Azure's node scripts
 * (aks-engine, AgentBaker) and sig-windows-tools; C:\etc\kubernetes\node\bin: kubernetes cluster/gce/windows, which is
 * what GKE runs; C:\Program Files\Kubernetes: Amazon's images, assumed.
 */
export const NODE_PROGRAMS: readonly string[] = [
  'C:\\k\\kubelet.exe',
  'C:\\k\\kube-proxy.exe',
  'C:\\Program Files\\containerd\\containerd.exe',
  'C:\\Program Files\\containerd\\containerd-shim-runhcs-v1.exe',
  'C:\\etc\\kubernetes\\node\\bin\\kubelet.exe',
  'C:\\etc\\kubernetes\\node\\bin\\kube-proxy.exe',
  'C:\\etc\\kubernetes\\node\\bin\\containerd.exe',
  'C:\\etc\\kubernetes\\node\\bin\\containerd-shim-runhcs-v1.exe',
  'C:\\Program Files\\Kubernetes\\kubelet.exe',
  'C:\\Program Files\\Kubernetes\\kube-proxy.exe',
];

/** Only these are noise; what a process starts, loads or is accused of never is. */
const NOISY = /^(?:file|registry|network)\./;
/** How far the agent's start may lie from its creation as Windows tells it, in microseconds. */
const START_SLACK = 60_000_000;

/** The process that this agent is. */
export interface Agent {
  readonly pid: number;
  /** Of its executable. */
  readonly path: string;
  /** Microseconds since 1970. */
  readonly startedAt: number;
}

/** This process. */
export function thisAgent(): Agent {
  return { pid: process.pid, path: process.execPath, startedAt: performance.timeOrigin * 1000 };
}

interface Known {
  /** Of the process when it was decided. */
  readonly revision: number;
  readonly until: number;
  readonly noisy: 'anywhere' | 'on the node' | 'no';
}

/**
 * Records that only say that the node is run: files, registry keys and connections of the agent, kubelet and
 * containerd. A name is not enough, since everybody may choose one: the agent is a pid and its path, the others a full
 * path with a token of SYSTEM, outside of any container.
 */
export class Noise {
  readonly #programs: ReadonlySet<string>;
  readonly #agent: Agent | undefined;
  readonly #known = new RecentWeakMap<KnownProcess, Known>();

  constructor({ agent, programs }: NoiseConfig, self: Agent = thisAgent()) {
    this.#programs = new Set((programs ?? NODE_PROGRAMS).map((path) => path.toLowerCase()));
    this.#agent = agent ? self : undefined;
  }

  /** Whether an event of a process is noise; `onNode`: the process is in no container. */
  is(eventName: string, one: KnownProcess, onNode: boolean): boolean {
    // Hardly any process is: what its record tells of is asked last.
    if (one.facts.userId !== SYSTEM && one.pid !== this.#agent?.pid) return false;
    const { noisy } = this.#of(one);
    if (noisy === 'no' || (noisy === 'on the node' && !onNode)) return false;
    return NOISY.test(eventName);
  }

  /** Whether events of a process may be noise, as far as it is known now. */
  concerns(one: KnownProcess): boolean {
    if (one.pid === this.#agent?.pid) return true;
    return one.facts.userId === SYSTEM && this.#of(one).noisy !== 'no';
  }

  #of(one: KnownProcess): Known {
    let known = this.#known.get(one);
    if (known?.revision !== one.revision || known.until !== one.until) {
      known = { revision: one.revision, until: one.until, noisy: this.#decide(one) };
      this.#known.set(one, known);
    }
    return known;
  }

  #decide(one: KnownProcess): Known['noisy'] {
    const path = one.facts.path?.toLowerCase();
    if (path === undefined) return 'no';
    // In a HostProcess container the agent is not on the node alone.
    if (this.#isAgent(one, path)) return 'anywhere';
    return one.facts.userId === SYSTEM && this.#programs.has(path) ? 'on the node' : 'no';
  }

  #isAgent({ pid, born, since, until }: KnownProcess, path: string): boolean {
    const agent = this.#agent;
    if (agent === undefined || pid !== agent.pid || path !== agent.path.toLowerCase()) return false;
    // It lives, and somebody who had its pid before does not.
    if (until !== Number.POSITIVE_INFINITY) return false;
    return !born || Math.abs(since - agent.startedAt) < START_SLACK;
  }
}
