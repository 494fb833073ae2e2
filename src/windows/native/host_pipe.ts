import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

// SDDL: LocalSystem, Administrators and the account that made the pipe may do everything, nobody else anything.
const ACCESS = 'D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;OW)';
const SDDL_REVISION = 1;
/** winnt.h: READ_CONTROL and WRITE_DAC; fileapi.h: OPEN_EXISTING. */
const READ_CONTROL_WRITE_DAC = 0x6_0000;
const OPEN_EXISTING = 3;
/** winnt.h SECURITY_INFORMATION. */
const DACL = 0x4;
const INVALID_HANDLE = 0xffff_ffff_ffff_ffffn;

/**
 * Replaces the access list of a named pipe of this process; all of its instances share one. libuv makes pipes with the
 * default list, by which everybody may read, but it keeps the right to change that.
 */
export function restrictPipe(libraries: Libraries, path: string): Called<void> {
  const parse = callOf(libraries, 'advapi32', 'ConvertStringSecurityDescriptorToSecurityDescriptorW', 'pnpp');
  const set = callOf(libraries, 'advapi32', 'SetKernelObjectSecurity', 'hnh');
  const open = libraries.find<(...args: readonly (Uint8Array | number | null)[]) => bigint | number>(
    'kernel32',
    'CreateFileW',
    'uint64',
    ['void *', 'uint32', 'uint32', 'void *', 'uint32', 'uint32', 'void *'],
  );
  const close = callOf(libraries, 'kernel32', 'CloseHandle', 'h');
  const free = callOf(libraries, 'kernel32', 'LocalFree', 'h');
  const lastError = callOf(libraries, 'kernel32', 'GetLastError', '');
  if (!parse || !set || !close || !free || !lastError || open.kind !== 'found')
    return refused(`Keeping ${path} private`, 0);
  const descriptor = new BigUint64Array(1);
  if (parse(wide(ACCESS), SDDL_REVISION, descriptor, null) === 0)
    return refused('Reading the access list', lastError());
  const handle = BigInt(open.call(wide(path), READ_CONTROL_WRITE_DAC, 0, null, OPEN_EXISTING, 0, null));
  try {
    if (handle === INVALID_HANDLE) return refused(`CreateFileW(${path})`, lastError());
    if (set(handle, DACL, descriptor[0] ?? 0n) === 0)
      return refused(`SetKernelObjectSecurity(${path})`, lastError());
    return { kind: 'ok', value: undefined };
  } finally {
    if (handle !== INVALID_HANDLE) close(handle);
    free(descriptor[0] ?? 0n);
  }
}
