import { Buffer } from 'node:buffer';
import { type Finding, judged } from '../finding.ts';
import { libraries } from '../observe.ts';
import { need, product } from '../product.ts';

const ID = 'sigel-verify';

/** A job under the name that containerd's shim would give it is found, and what Windows tells of it. */
export function jobs(): readonly Finding[] {
  const create = product.callOf(libraries, 'kernel32', 'CreateJobObjectW', 'pp');
  const close = product.callOf(libraries, 'kernel32', 'CloseHandle', 'h');
  const handle = create?.(null, Buffer.from(`Global\\JobContainer_${ID}\0`, 'utf16le')) ?? 0;
  if (handle === 0) return [judged('job', 'no job could be made', '')];
  const found = job('hostprocess', ID);
  close?.(BigInt(handle));
  return found;
}

/** What Windows tells of a container's job: `hostprocess` or `process`, and containerd's or Docker's id of it. */
export function job(isolation: string, id: string): readonly Finding[] {
  const kind = isolation === 'process' ? 'process' : 'hostprocess';
  const answer = need(product.hostJobs(libraries)).query({ id, details: { isolation: kind } });
  if (answer.kind !== 'facts') return [judged('job', JSON.stringify(answer), '')];
  const { siloId, jobId, session, pids } = answer.job;
  const tells = (what: unknown): string | undefined => (what === undefined ? 'it is not told' : undefined);
  const findings = [
    judged('job', undefined, `found, with ${pids.length} processes`, { pids: pids.slice(0, 100) }),
    judged('job-ids', tells(jobId), `job ${jobId}, silo ${siloId}`, { lacks: answer.lacks }),
  ];
  if (kind === 'hostprocess') return findings;
  return [
    ...findings,
    judged('job-silo', tells(siloId), String(siloId)),
    judged('job-session', tells(session), `session ${session}`),
  ];
}
