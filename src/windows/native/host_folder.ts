import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MakePrivateFolder } from '../host/private_folder.ts';
import type { Called } from '../sessions/control.ts';
import { type Call, callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { fileSecurityReader } from './host_file_security.ts';
import { processRights } from './host_rights.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

// SDDL: nothing is inherited; LocalSystem, Administrators and the folder's owner may do everything in it.
const ACCESS = 'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)';
const SDDL_REVISION = 1;
const LOCAL_SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';
const ERROR_ALREADY_EXISTS = 183;
/** accctrl.h SE_FILE_OBJECT; winnt.h SECURITY_INFORMATION. */
const SE_FILE_OBJECT = 1;
const Part = { dacl: 0x4, protectedDacl: 0x8000_0000 } as const;
const ADVICE = 'Name a folder below %ProgramData% that only the agent can write.';

/** {@link MakePrivateFolder} with an access list. */
export function privateFolders(libraries: Libraries): MakePrivateFolder {
  const calls = folderCalls(libraries);
  if (calls === undefined) return (path) => refused(`Keeping ${path} private`, 0);
  return (path) =>
    withAccessList(calls, (descriptor) => {
      for (const folder of missingFolders(path)) {
        const code = create(calls, folder, descriptor);
        if (code !== 0 && code !== ERROR_ALREADY_EXISTS)
          return refused(`CreateDirectoryW(${folder})`, code, ADVICE);
      }
      return claim(calls, libraries, path, descriptor);
    });
}

// From the outermost; at least the folder itself, since somebody may make it meanwhile.
function missingFolders(path: string): string[] {
  const missing = [path];
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) break;
    missing.unshift(at);
  }
  return missing;
}

type FolderCalls = NonNullable<ReturnType<typeof folderCalls>>;

function folderCalls(libraries: Libraries) {
  const parse = 'ConvertStringSecurityDescriptorToSecurityDescriptorW';
  const calls = {
    parse: callOf(libraries, 'advapi32', parse, 'pnpp'),
    list: callOf(libraries, 'advapi32', 'GetSecurityDescriptorDacl', 'hppp'),
    setInfo: callOf(libraries, 'advapi32', 'SetNamedSecurityInfoW', 'pnnpphp'),
    create: callOf(libraries, 'kernel32', 'CreateDirectoryW', 'pp'),
    free: callOf(libraries, 'kernel32', 'LocalFree', 'h'),
    lastError: callOf(libraries, 'kernel32', 'GetLastError', ''),
  };
  return isComplete(calls) ? calls : undefined;
}

function isComplete<K extends string>(calls: Record<K, Call | undefined>): calls is Record<K, Call> {
  return Object.values(calls).every((call) => call !== undefined);
}

function withAccessList(calls: FolderCalls, use: (descriptor: bigint) => Called<void>): Called<void> {
  const descriptor = new BigUint64Array(1);
  if (calls.parse(wide(ACCESS), SDDL_REVISION, descriptor, null) === 0)
    return refused('Reading the access list', calls.lastError());
  try {
    return use(descriptor[0] ?? 0n);
  } finally {
    calls.free(descriptor[0] ?? 0n);
  }
}

// Makes one folder; 0, or the error's code.
function create(calls: FolderCalls, path: string, descriptor: bigint): number {
  // SECURITY_ATTRIBUTES: u32 length, pointer at 8, BOOL inherit at 16.
  const attributes = BigUint64Array.of(24n, descriptor, 0n);
  return calls.create(wide(path), attributes) === 0 ? calls.lastError() : 0;
}

// Takes a folder that is there, when it is the agent's or the administrators'.
function claim(calls: FolderCalls, libraries: Libraries, path: string, descriptor: bigint): Called<void> {
  // A junction counts as a link.
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return refused(`Using ${path}, which is no folder,`, 0, ADVICE);
  const found = fileSecurityReader(libraries)(path);
  if (found.kind === 'failed') return { ...found, error: { ...found.error, advice: ADVICE } };
  const { owner } = found.value;
  const rights = processRights(libraries);
  const own = rights.kind === 'ok' ? rights.value.user : undefined;
  if (![LOCAL_SYSTEM, ADMINISTRATORS, own].includes(owner))
    return refused(`Using ${path}, which belongs to ${owner},`, 0, ADVICE);
  return restrict(calls, path, descriptor);
}

function restrict(calls: FolderCalls, path: string, descriptor: bigint): Called<void> {
  const list = new BigUint64Array(1);
  if (calls.list(descriptor, new Uint32Array(1), list, new Uint32Array(1)) === 0)
    return refused('GetSecurityDescriptorDacl', calls.lastError());
  const parts = Part.dacl + Part.protectedDacl;
  const code = calls.setInfo(wide(path), SE_FILE_OBJECT, parts, null, null, list[0] ?? 0n, null);
  return code === 0
    ? { kind: 'ok', value: undefined }
    : refused(`SetNamedSecurityInfoW(${path})`, code, ADVICE);
}
