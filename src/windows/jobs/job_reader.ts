import { MAX_SYSTEM_PID } from '../../containerd/pid_index.ts';
import { guidAt } from '../../etw/guid.ts';
import { JobClass, NtStatus } from '../abi/job_constants.ts';
import {
  JOBOBJECT_CONTAINER_IDENTIFIER_V2 as IDS,
  JOBOBJECT_BASIC_PROCESS_ID_LIST as LIST,
  SERVERSILO_BASIC_INFORMATION as SERVER_SILO,
  SERVERSILO_SIZES,
  SILOOBJECT_BASIC_INFORMATION as SILO,
} from '../abi/job_structs.ts';
import type { JobCalls } from './job_calls.ts';

/** A class of information about jobs. */
export type JobClassName = keyof typeof JobClass;

/** A job of more processes is told with these. */
const MAX_PIDS = 16_384;
const FIRST_PIDS = 256;
const PID_SIZE = 8;
const NULL_GUID = /^[0-]+$/;
/** A session that is none, or not yet. */
const NO_SESSION = 0xffff_ffff;
/** Answers of a Windows that does not know a class; others are about the one job. */
const UNKNOWN: ReadonlySet<number> = new Set([NtStatus.invalidInfoClass, NtStatus.notImplemented]);

/** Reads what Windows says of an open job. A class that it does not know is not asked for again. */
export class JobReader {
  readonly #calls: JobCalls;
  readonly #unknown = new Set<JobClassName>();
  #pids = new Uint8Array(LIST.at.ProcessIdList + FIRST_PIDS * PID_SIZE);
  #serverSiloSize: number | undefined;

  constructor(calls: JobCalls) {
    this.#calls = calls;
  }

  /** The classes that this Windows turned out not to know. */
  get unknown(): readonly JobClassName[] {
    return [...this.#unknown];
  }

  /** The silo's id in lower case without braces, and the job's; each undefined where it is not told. */
  ids(job: bigint): { readonly siloId: string | undefined; readonly jobId: number | undefined } {
    const view = this.#ask(job, 'containerId', IDS.size);
    if (view === undefined) return { siloId: undefined, jobId: undefined };
    const guid = guidAt(view, IDS.at.ContainerId);
    const jobId = view.getUint32(IDS.at.JobId, true);
    return { siloId: NULL_GUID.test(guid) ? undefined : guid, jobId: jobId === 0 ? undefined : jobId };
  }

  /** Whether its processes are in a server silo; undefined where it is not told. */
  isInServerSilo(job: bigint): boolean | undefined {
    const view = this.#ask(job, 'siloBasicInformation', SILO.size);
    return view === undefined ? undefined : view.getUint8(SILO.at.IsInServerSilo) !== 0;
  }

  /** The session of a server silo's services; never 0, which is the node's. */
  session(job: bigint): number | undefined {
    const sizes = this.#serverSiloSize === undefined ? SERVERSILO_SIZES : [this.#serverSiloSize];
    for (const size of sizes) {
      const view = this.#ask(job, 'serverSiloBasicInformation', size);
      if (view === undefined) continue;
      this.#serverSiloSize = size;
      const session = view.getUint32(SERVER_SILO.at.ServiceSessionId, true);
      return session === 0 || session === NO_SESSION ? undefined : session;
    }
    return undefined;
  }

  /** The pids of its processes and of jobs within it; empty where they are not told. */
  pids(job: bigint): readonly number[] {
    for (;;) {
      const status = this.#query(job, 'basicProcessIdList', this.#pids);
      const room = (this.#pids.length - LIST.at.ProcessIdList) / PID_SIZE;
      const isPart = status === NtStatus.bufferOverflow;
      if (isPart && room < MAX_PIDS) this.#pids = new Uint8Array(LIST.at.ProcessIdList + 4 * room * PID_SIZE);
      else return status === NtStatus.success || isPart ? readPids(this.#pids, room) : [];
    }
  }

  #ask(job: bigint, jobClass: JobClassName, size: number): DataView | undefined {
    const bytes = new Uint8Array(size);
    return this.#query(job, jobClass, bytes) === NtStatus.success ? new DataView(bytes.buffer) : undefined;
  }

  #query(job: bigint, jobClass: JobClassName, bytes: Uint8Array): number {
    if (this.#unknown.has(jobClass)) return NtStatus.invalidInfoClass;
    const status = this.#calls.query(job, JobClass[jobClass], bytes);
    if (UNKNOWN.has(status)) this.#unknown.add(jobClass);
    return status;
  }
}

function readPids(bytes: Uint8Array, room: number): readonly number[] {
  const view = new DataView(bytes.buffer);
  const count = Math.min(view.getUint32(LIST.at.NumberOfProcessIdsInList, true), room);
  const pids: number[] = [];
  for (let i = 0; i < count; i++) {
    const pid = Number(view.getBigUint64(LIST.at.ProcessIdList + i * PID_SIZE, true));
    if (pid > MAX_SYSTEM_PID && pid <= 0xffff_ffff) pids.push(pid);
  }
  return pids;
}
