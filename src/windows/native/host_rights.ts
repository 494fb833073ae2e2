import { address } from 'koffi';
import { sidText } from '../../etw/addresses.ts';
import type { Rights } from '../host/rights.ts';
import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import type { Libraries } from './libraries.ts';

/** GetCurrentProcess() is this constant. */
const THIS_PROCESS = 0xffff_ffff_ffff_ffffn;
const TOKEN_QUERY = 0x8;
/** winnt.h TOKEN_INFORMATION_CLASS. */
const Information = { user: 1, elevation: 20 } as const;
/** A TOKEN_USER (pointer, u32, padding) and the longest SID behind it. */
const USER_SIZE = 16 + 68;

/** What the process may do, by its token. */
export function processRights(libraries: Libraries): Called<Rights> {
  const open = callOf(libraries, 'advapi32', 'OpenProcessToken', 'hnp');
  const get = callOf(libraries, 'advapi32', 'GetTokenInformation', 'hnpnp');
  const close = callOf(libraries, 'kernel32', 'CloseHandle', 'h');
  const lastError = callOf(libraries, 'kernel32', 'GetLastError', '');
  if (open === undefined || get === undefined) return refused('Reading the process’s token', 0);
  const handle = new BigUint64Array(1);
  if (open(THIS_PROCESS, TOKEN_QUERY, handle) === 0) return refused('OpenProcessToken', lastError?.() ?? 0);
  const token = handle[0] ?? 0n;
  try {
    const size = new Uint32Array(1);
    const elevation = new Uint32Array(1);
    if (get(token, Information.elevation, elevation, 4, size) === 0)
      return refused('GetTokenInformation(TokenElevation)', lastError?.() ?? 0);
    const user = new Uint8Array(USER_SIZE);
    if (get(token, Information.user, user, USER_SIZE, size) === 0)
      return refused('GetTokenInformation(TokenUser)', lastError?.() ?? 0);
    return { kind: 'ok', value: { elevated: elevation[0] !== 0, user: userSid(user) } };
  } finally {
    close?.(token);
  }
}

// The SID stands in the same memory, where its pointer says.
function userSid(user: Uint8Array): string | undefined {
  const view = new DataView(user.buffer, user.byteOffset, user.length);
  const at = Number(view.getBigUint64(0, true) - address(user));
  if (at < 16 || at + 8 > user.length || at + 8 + 4 * view.getUint8(at + 1) > user.length) return undefined;
  return sidText(view, at);
}
