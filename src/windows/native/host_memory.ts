import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import type { Libraries } from './libraries.ts';

/** GetCurrentProcess() is this constant. */
const THIS_PROCESS = 0xffff_ffff_ffff_ffffn;
/** A null handle stands for the job that the asking process is in; of nested ones, the innermost. */
const OWN_JOB = 0n;

// psapi.h and winnt.h of mingw-w64, as 64-bit Windows lays them out.
/** PROCESS_MEMORY_COUNTERS: its size, and PagefileUsage, which from Windows 8 on is the same as PrivateUsage of the longer form. */
const COUNTERS = { size: 72, pagefileUsage: 56 } as const;
/** JOBOBJECT_EXTENDED_LIMIT_INFORMATION: its size, BasicLimitInformation.LimitFlags and two limits in bytes. */
const LIMITS = { size: 144, flags: 16, process: 112, job: 120 } as const;
/** JobObjectExtendedLimitInformation of JOBOBJECTINFOCLASS. */
const EXTENDED_LIMITS = 9;
/** JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOB_OBJECT_LIMIT_JOB_MEMORY. */
const Limit = { process: 0x100, job: 0x200 } as const;

/** What Windows says of this process's memory, in bytes. */
export interface ProcessMemory {
  /** What the process has committed for itself alone: what limits of jobs count. 0 where it cannot be read. */
  committed(): number;
  /** The lower limit that the job sets on committed memory; undefined without a job or a limit. */
  limit(): number | undefined;
}

/** The memory of this process, by kernel32.dll. */
export function processMemory(libraries: Libraries): Called<ProcessMemory> {
  const counters = callOf(libraries, 'kernel32', 'K32GetProcessMemoryInfo', 'hpn');
  const query = callOf(libraries, 'kernel32', 'QueryInformationJobObject', 'hnpnp');
  if (counters === undefined || query === undefined) return refused('Reading the memory of the process', 0);
  const memory: ProcessMemory = {
    committed() {
      const bytes = new Uint8Array(COUNTERS.size);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, COUNTERS.size, true);
      const isRead = counters(THIS_PROCESS, bytes, COUNTERS.size) !== 0;
      return isRead ? Number(view.getBigUint64(COUNTERS.pagefileUsage, true)) : 0;
    },
    limit() {
      const bytes = new Uint8Array(LIMITS.size);
      const isRead = query(OWN_JOB, EXTENDED_LIMITS, bytes, LIMITS.size, null) !== 0;
      return isRead ? memoryLimit(new DataView(bytes.buffer)) : undefined;
    },
  };
  return { kind: 'ok', value: memory };
}

/** The lower of the limits that a JOBOBJECT_EXTENDED_LIMIT_INFORMATION sets, in bytes. */
export function memoryLimit(information: DataView): number | undefined {
  const flags = information.getUint32(LIMITS.flags, true);
  const limits = (['process', 'job'] as const)
    .filter((name) => (flags & Limit[name]) !== 0)
    .map((name) => Number(information.getBigUint64(LIMITS[name], true)));
  return limits.length === 0 ? undefined : Math.min(...limits);
}
