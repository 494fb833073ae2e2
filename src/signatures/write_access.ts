import type { Stats } from 'node:fs';
import process from 'node:process';
import type { Guarded } from '../windows/host/file_security.ts';

/** Says who can do it beside whom signatures are trusted to, as the end of a sentence; undefined: nobody. */
export type WriteAccess = (path: string, stats: Stats, guarded: Guarded) => string | undefined;

// Of `st_mode`: whom a file may be written by beside its owner, and what makes a shared folder safe.
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** {@link WriteAccess} of this system: by mode bits, or on Windows by access lists. */
export async function writeAccess(): Promise<WriteAccess> {
  if (process.platform !== 'win32') return modeAccess;
  // koffi and the DLLs are loaded where they are needed, and not before.
  const { whoElseWritesHere } = await import('../windows/host/write_access.ts');
  const whoElse = whoElseWritesHere();
  return (path, _, guarded) => whoElse(path, guarded);
}

function modeAccess(_: string, { uid, mode }: Stats, guarded: Guarded): string | undefined {
  if (uid !== 0 && uid !== process.getuid?.()) return 'belongs to neither root nor whom Sigel runs as';
  // In a sticky folder, such as /tmp, others can add what they want but not replace what is there.
  const isSafe = (mode & OTHERS_WRITE) === 0 || (guarded === 'place' && (mode & STICKY) !== 0);
  return isSafe ? undefined : 'can be written by others than its owner (chmod go-w)';
}
