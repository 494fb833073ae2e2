import type { Allowed } from '../abi/access_list.ts';
import type { Called } from '../sessions/control.ts';

/** Whose a file or folder is, and who may do what with it. */
export interface FileSecurity {
  /** A SID. */
  readonly owner: string;
  /** Undefined: there is no access list, so everybody may do everything. */
  readonly allowed: readonly Allowed[] | undefined;
}

/** Reads it of a path, without following a link at its end. */
export type ReadFileSecurity = (path: string) => Called<FileSecurity>;

/** What others must not be allowed: to change what is there, or to put something else into its place. */
export type Guarded = 'content' | 'place';

// winnt.h, of files and folders.
const ADD = 0x2 | 0x4;
const WRITE_ATTRIBUTES = 0x10 | 0x100;
const DELETE_CHILD = 0x40;
const DELETE = 0x1_0000;
const WRITE_ACCESS_LIST_OR_OWNER = 0x4_0000 | 0x8_0000;
const GENERIC_ALL = 0x1000_0000;
const GENERIC_WRITE = 0x4000_0000;
const REPLACE = DELETE_CHILD | DELETE | WRITE_ACCESS_LIST_OR_OWNER | GENERIC_ALL;
const MASKS: Readonly<Record<Guarded, number>> = {
  content: REPLACE | ADD | WRITE_ATTRIBUTES | GENERIC_WRITE,
  // Everybody may add folders to C:\, which replaces none that are there.
  place: REPLACE,
};

/** LocalSystem, Administrators, and TrustedInstaller, to whom Windows' own files belong. */
const TRUSTED = new Set([
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);
/** CREATOR OWNER, CREATOR GROUP and OWNER RIGHTS: nobody has the first two, and the owner is looked at. */
const STAND_INS = new Set(['S-1-3-0', 'S-1-3-1', 'S-1-3-4']);

/** Who may write beside administrators, Windows and `own` (the agent's account): a SID, or `everybody`; undefined: nobody. */
export function whoElseWrites(
  { owner, allowed }: FileSecurity,
  guarded: Guarded,
  own?: string,
): string | undefined {
  if (allowed === undefined) return 'everybody';
  const isTrusted = (sid: string): boolean => TRUSTED.has(sid) || sid === own;
  // Whoever owns something may change its access list.
  if (!isTrusted(owner)) return owner;
  const found = allowed.find(
    ({ sid, mask }) => (mask & MASKS[guarded]) !== 0 && !isTrusted(sid) && !STAND_INS.has(sid),
  );
  return found?.sid;
}
