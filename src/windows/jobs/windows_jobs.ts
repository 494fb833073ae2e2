import { isId } from '../../containerd/bounds.ts';
import type { ContainerDetails, Isolation, JobFacts } from '../../containerd/facts.ts';
import type { JobAnswer, JobQueries } from '../../containerd/job_queries.ts';
import { NtStatus } from '../abi/job_constants.ts';
import type { JobCalls } from './job_calls.ts';
import { type JobClassName, JobReader } from './job_reader.ts';

const LACKS: Readonly<Record<JobClassName, string>> = {
  containerId: 'the container id that events are stamped with (JobObjectContainerId)',
  siloBasicInformation: 'whether a job is a silo (JobObjectSiloBasicInformation)',
  serverSiloBasicInformation: 'the session of a silo (JobObjectServerSiloBasicInformation)',
  basicProcessIdList: 'the processes of a job (JobObjectBasicProcessIdList)',
};

/** What is not known where Windows does not know that class. */
export function lackOf(jobClass: JobClassName): string {
  return LACKS[jobClass];
}

/** What of a container leads to its job. */
export interface JobSubject {
  readonly id: string;
  readonly details: Pick<ContainerDetails, 'isolation'>;
}

/**
 * Asks Windows for the job of a container by the name that HCS or containerd's shim gave it. A job is open for the
 * moment of asking alone: a held handle would keep a silo alive, and a job that ends its processes when its last handle
 * is closed from doing so.
 */
export class WindowsJobs implements JobQueries {
  readonly #calls: JobCalls;
  readonly #reader: JobReader;

  constructor(calls: JobCalls) {
    this.#calls = calls;
    this.#reader = new JobReader(calls);
  }

  query({ id, details: { isolation } }: JobSubject): JobAnswer {
    const name = jobName(id, isolation);
    if (name === undefined) return { kind: 'none' };
    const { status, handle } = this.#calls.open(name);
    if (status !== NtStatus.success) return notOpened(status, isolation);
    try {
      return this.#read(handle, isolation);
    } finally {
      this.#calls.close(handle);
    }
  }

  #read(handle: bigint, isolation: Isolation): JobAnswer {
    const reader = this.#reader;
    const isProcess = isolation === 'process';
    const isInServerSilo = reader.isInServerSilo(handle);
    if (isInServerSilo === !isProcess)
      return { kind: 'failed', reason: `the job of a ${isolation} container is of another kind` };
    const { siloId, jobId } = reader.ids(handle);
    const job: JobFacts = {
      siloId,
      jobId,
      session: isProcess ? reader.session(handle) : undefined,
      pids: reader.pids(handle),
    };
    return { kind: 'facts', job, lacks: reader.unknown.map(lackOf) };
  }
}

/**
 * The name of a container's job in NT's namespace: HCS names a silo by its container's id, the shim a HostProcess
 * container's job `Global\JobContainer_<id>` (hcsshim: internal/hcs, internal/jobcontainers). Undefined where there
 * is none, and for what cannot be an id.
 */
export function jobName(id: string, isolation: Isolation): string | undefined {
  if (!isId(id)) return undefined;
  if (isolation === 'process') return `\\Container_${id}`;
  return isolation === 'hostprocess' ? `\\BaseNamedObjects\\JobContainer_${id}` : undefined;
}

function notOpened(status: number, isolation: Isolation): JobAnswer {
  if (status === NtStatus.objectNameNotFound || status === NtStatus.objectPathNotFound)
    return { kind: 'absent' };
  const what = `opening the job of a ${isolation} container`;
  return status === NtStatus.accessDenied
    ? { kind: 'failed', reason: `${what} is denied: run as LocalSystem` }
    : { kind: 'failed', reason: `${what} ended with NTSTATUS 0x${status.toString(16)}` };
}
