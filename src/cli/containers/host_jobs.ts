import type { JobQueries } from '../../containerd/job_queries.ts';

/** Who knows the jobs of containers on this host: Windows; undefined elsewhere, and where it cannot be asked. */
export async function jobsOfHost(say: (message: string) => void): Promise<JobQueries | undefined> {
  if (process.platform !== 'win32') return undefined;
  // koffi and the DLLs are loaded where they are needed, and not before.
  const { hostJobs } = await import('../../windows/jobs/host_jobs.ts');
  const jobs = hostJobs();
  if (jobs.kind === 'ok') return jobs.value;
  say(`jobs of containers cannot be asked for: ${jobs.error.message}`);
  return undefined;
}
