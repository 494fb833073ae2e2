import { valueOf } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';

/** What Kernel-Process tells of silos and jobs themselves, rather than of a process in them. */
export type JobNews =
  | { readonly kind: 'silo_lives' | 'silo_ended'; readonly silo: string }
  | { readonly kind: 'job_started' | 'job_ended'; readonly job: number };

/** The news that a record is; undefined for all others. */
export function jobNews({ eventName, own }: LogRecord): JobNews | undefined {
  const silo = valueOf(own, Attr.siloId);
  if (silo !== undefined && eventName.startsWith('container.silo.'))
    return { kind: eventName === 'container.silo.stop' ? 'silo_ended' : 'silo_lives', silo };
  const job = valueOf(own, Attr.windowsJobId);
  if (job === undefined || (eventName !== 'job.start' && eventName !== 'job.stop')) return undefined;
  return { kind: eventName === 'job.start' ? 'job_started' : 'job_ended', job };
}
