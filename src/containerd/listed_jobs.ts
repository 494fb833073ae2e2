import type { Container } from './facts.ts';
import type { JobAnswer, JobQueries } from './job_queries.ts';

/**
 * Where Windows cannot be asked: the pids of a HostProcess container as containerd lists them, which its shim reads
 * from the job. A process-isolated container needs no list, since it has a session.
 */
export class ListedJobs implements JobQueries {
  readonly #pidsOf: (container: Container) => Promise<readonly number[]>;

  /** `pidsOf` gives nothing where containerd does not answer. */
  constructor(pidsOf: (container: Container) => Promise<readonly number[]>) {
    this.#pidsOf = pidsOf;
  }

  async query(container: Container): Promise<JobAnswer> {
    if (container.details.isolation !== 'hostprocess') return { kind: 'none' };
    const pids = await this.#pidsOf(container);
    if (pids.length === 0) return { kind: 'absent' };
    const job = { siloId: undefined, jobId: undefined, session: undefined, pids };
    return { kind: 'facts', job, lacks: [] };
  }
}
