import type { HrTime } from '@opentelemetry/api';
import type { Container } from './facts.ts';

/** Whose a pid was, and when. A pid is used again: match the time of what is looked up. */
export interface PidClaim {
  readonly container: Container;
  /** Undefined for the container's first process. */
  readonly execId: string | undefined;
  readonly pid: number;
  /** When it was seen first; undefined where the container ran before us and nobody says since when. */
  readonly from: HrTime | undefined;
  /** Undefined while it runs. */
  readonly until: HrTime | undefined;
}

interface OpenClaim extends PidClaim {
  until: HrTime | undefined;
}

/** Claims of one pid kept: the pid of a process that is gone long ago is of no use. */
const MAX_CLAIMS = 4;

/**
 * The largest pid that no process of a container has: 1 is what the Windows shim says of a HostProcess pod's sandbox,
 * which has no process at all (hcsshim, exec_wcow_podsandbox.go); 4 is Windows' System.
 */
export const MAX_SYSTEM_PID = 4;

/** Processes that containerd started on this node, by pid. */
export class PidIndex {
  readonly #claims = new Map<number, readonly OpenClaim[]>();

  /** All who had a pid, the latest last. */
  claims(pid: number): readonly PidClaim[] {
    return this.#claims.get(pid) ?? [];
  }

  /** How many pids are known. */
  get size(): number {
    return this.#claims.size;
  }

  /** A process is there. Whoever had its pid before has it no more. */
  add(claim: Omit<PidClaim, 'until'>): void {
    const before = this.#claims.get(claim.pid) ?? [];
    const last = before.at(-1);
    if (last !== undefined && last.until === undefined) {
      if (last.container === claim.container && last.execId === claim.execId) return;
      last.until = claim.from;
    }
    this.#claims.set(claim.pid, [...before, { ...claim, until: undefined }].slice(-MAX_CLAIMS));
  }

  /** A process is gone. */
  end(container: Container, pid: number, at: HrTime): void {
    for (const claim of this.#claims.get(pid) ?? []) if (claim.container === container) claim.until ??= at;
  }

  /** Forgets what a container had of a pid. */
  remove(container: Container, pid: number): void {
    const rest = (this.#claims.get(pid) ?? []).filter((claim) => claim.container !== container);
    if (rest.length === 0) this.#claims.delete(pid);
    else this.#claims.set(pid, rest);
  }
}
