import type { HrTime } from '@opentelemetry/api';
import type { Container, ContainerDetails, ContainerProcess, JobFacts } from './facts.ts';

/** Execs of one container kept; a probe every second must not grow for ever. */
const MAX_EXECS = 128;

/** A container as the store keeps it. */
export class Entry implements Container {
  readonly namespace: string;
  readonly id: string;
  details: ContainerDetails;
  init: ContainerProcess | undefined;
  readonly execs = new Map<string, ContainerProcess>();
  job: JobFacts | undefined;
  jobAt: HrTime | undefined;
  deletedAt: HrTime | undefined;
  /** Milliseconds of the store's clock when it may be forgotten. */
  forgetAfter = Number.POSITIVE_INFINITY;
  /** The number of the last event that was about it. */
  touched = 0;
  /** Pids that the index knows of it. */
  readonly pids = new Set<number>();

  constructor(namespace: string, id: string, details: ContainerDetails) {
    this.namespace = namespace;
    this.id = id;
    this.details = details;
  }

  /** The process of an exec id, or the first. */
  process(execId: string | undefined): ContainerProcess | undefined {
    return execId === undefined ? this.init : this.execs.get(execId);
  }

  /** Sets a process; returns one that is forgotten for it. */
  setProcess(process: ContainerProcess): ContainerProcess | undefined {
    const { execId } = process;
    if (execId === undefined) {
      this.init = process;
      return undefined;
    }
    this.execs.set(execId, process);
    if (this.execs.size <= MAX_EXECS) return undefined;
    const all = [...this.execs.values()];
    const oldest = all.find((exec) => exec.exitedAt !== undefined) ?? all[0];
    if (oldest?.execId !== undefined) this.execs.delete(oldest.execId);
    return oldest;
  }
}

/** Whether a process runs, as far as known. */
export function isAlive(process: ContainerProcess | undefined): process is ContainerProcess {
  return process !== undefined && process.exitedAt === undefined;
}
