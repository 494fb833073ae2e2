import { jobCalls } from '../native/job_calls.ts';
import { Libraries } from '../native/libraries.ts';
import type { Called } from '../sessions/control.ts';
import { WindowsJobs } from './windows_jobs.ts';

/** Job queries of this Windows, or why there are none. Only import it there: it loads koffi. */
export function hostJobs(libraries: Libraries = new Libraries()): Called<WindowsJobs> {
  const calls = jobCalls(libraries);
  return calls.kind === 'ok' ? { kind: 'ok', value: new WindowsJobs(calls.value) } : calls;
}
