import { join } from 'node:path';
import type { Peer } from '../../interop/peers/peer.ts';
import { ensureBuilt } from './mingw.ts';

const FOLDER = join(import.meta.dirname, '..', 'jobs');

/** A program that makes a job with processes in it; see jobs/job_client.c. */
export function ensureJobClient(): Promise<Peer> {
  return ensureBuilt({
    output: 'job_client.exe',
    folder: FOLDER,
    sources: ['job_client.c'],
    flags: ['-municode'],
  });
}

/** What ntdll says of jobs on a Windows that has containers; see jobs/job_standin.c. */
export function ensureJobStandin(): Promise<Peer> {
  return ensureBuilt({ output: 'job_standin.dll', folder: FOLDER, sources: ['job_standin.c'] });
}
