import { callOf } from '../native/host_calls.ts';
import { refused } from '../native/host_failure.ts';
import { jobCalls } from '../native/job_calls.ts';
import { Libraries } from '../native/libraries.ts';
import type { Called } from '../sessions/control.ts';
import { JobReader } from './job_reader.ts';
import { lackOf, WindowsJobs } from './windows_jobs.ts';

/** Job queries of this Windows, or why there are none. Only import it there: it loads koffi. */
export function hostJobs(libraries: Libraries = new Libraries()): Called<WindowsJobs> {
  const calls = jobCalls(libraries);
  return calls.kind === 'ok' ? { kind: 'ok', value: new WindowsJobs(calls.value) } : calls;
}

/** What job queries of this Windows do not tell, in words: it is asked about a job without a name, which ends with the call. */
export function jobQueryLacks(libraries: Libraries): Called<readonly string[]> {
  const calls = jobCalls(libraries);
  if (calls.kind === 'failed') return calls;
  const create = callOf(libraries, 'kernel32', 'CreateJobObjectW', 'pp');
  const handle = BigInt(create?.(null, null) ?? 0);
  if (handle === 0n) return refused('CreateJobObjectW', 0);
  try {
    const reader = new JobReader(calls.value);
    reader.isInServerSilo(handle);
    reader.ids(handle);
    reader.session(handle);
    reader.pids(handle);
    return { kind: 'ok', value: reader.unknown.map(lackOf) };
  } finally {
    calls.value.close(handle);
  }
}
