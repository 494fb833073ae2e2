import { view } from 'koffi';
import { sidText } from '../../etw/addresses.ts';
import { readAccessList } from '../abi/access_list.ts';
import type { FileSecurity, ReadFileSecurity } from '../host/file_security.ts';
import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

/** accctrl.h SE_FILE_OBJECT; winnt.h SECURITY_INFORMATION: owner and access list. */
const SE_FILE_OBJECT = 1;
const OWNER_AND_DACL = 0x1 | 0x4;

/** {@link ReadFileSecurity} of this Windows. */
export function fileSecurityReader(libraries: Libraries): ReadFileSecurity {
  const get = callOf(libraries, 'advapi32', 'GetNamedSecurityInfoW', 'pnnppppp');
  const free = callOf(libraries, 'kernel32', 'LocalFree', 'h');
  return (path) => {
    const what = `GetNamedSecurityInfoW(${path})`;
    if (get === undefined || free === undefined) return refused(what, 0);
    const [owner, list, descriptor] = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)];
    const code = get(wide(path), SE_FILE_OBJECT, OWNER_AND_DACL, owner, null, list, null, descriptor);
    if (code !== 0) return refused(what, code);
    try {
      return securityAt(owner[0] ?? 0n, list[0] ?? 0n, what);
    } finally {
      free(descriptor[0] ?? 0n);
    }
  };
}

function securityAt(owner: bigint, list: bigint, what: string): Called<FileSecurity> {
  // A file system without access lists, such as FAT, has no owners either.
  if (owner === 0n || list === 0n)
    return { kind: 'ok', value: { owner: owner === 0n ? 'S-1-1-0' : sidAt(owner), allowed: undefined } };
  const allowed = readAccessList(listAt(list));
  if (allowed === undefined) return refused(`${what}: reading its access list`, 0);
  return { kind: 'ok', value: { owner: sidAt(owner), allowed } };
}

// Its second byte says how long a SID is.
function sidAt(sid: bigint): string {
  const count = new Uint8Array(view(sid, 2))[1] ?? 0;
  return sidText(new DataView(view(sid, 8 + 4 * count)), 0);
}

// Its third and fourth byte say how long an access list is.
function listAt(list: bigint): Uint8Array {
  const size = new DataView(view(list, 4)).getUint16(2, true);
  return new Uint8Array(view(list, size));
}
