import { fileSecurityReader } from '../native/host_file_security.ts';
import { processRights } from '../native/host_rights.ts';
import { Libraries } from '../native/libraries.ts';
import { type Guarded, whoElseWrites } from './file_security.ts';

/** Says who can write to a path beside administrators, Windows and the agent's account: the end of a sentence; undefined: nobody. */
export type WhoElseWrites = (path: string, guarded: Guarded) => string | undefined;

/** {@link WhoElseWrites} of this Windows. Only import it there: it loads koffi. */
export function whoElseWritesHere(libraries: Libraries = new Libraries()): WhoElseWrites {
  const read = fileSecurityReader(libraries);
  const rights = processRights(libraries);
  const own = rights.kind === 'ok' ? rights.value.user : undefined;
  return (path, guarded) => {
    const found = read(path);
    if (found.kind === 'failed') return `keeps to itself who can write to it (${found.error.message})`;
    const other = whoElseWrites(found.value, guarded, own);
    return other === undefined
      ? undefined
      : `can be written by ${other} (icacls: only Administrators and SYSTEM may)`;
  };
}
