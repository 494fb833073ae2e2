import type { Buffer } from 'node:buffer';
import { guidBytes } from '../abi/guid_bytes.ts';
import { FileOpen, GENERIC_VERIFY_V2 } from '../abi/trust_constants.ts';
import { WINTRUST_DATA } from '../abi/trust_structs.ts';
import type { Called } from '../sessions/control.ts';
import type { TrustAnswered, TrustCalls } from '../trust/trust_calls.ts';
import { catalogs } from './catalogs.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { wide } from './host_text.ts';
import { laterCallOf } from './later.ts';
import type { Libraries } from './libraries.ts';
import { close, ofFile, ofMember } from './trust_data.ts';
import { signerOf } from './trust_signer.ts';

/** INVALID_HANDLE_VALUE: what CreateFileW gives where it fails, and the window of a service, which has none. */
const NONE = 0xffff_ffff_ffff_ffffn;
/** TRUST_E_FAIL: the question itself could not be put. */
const FAILED = 0x800b_010bn;

/** The calls that verify signatures, all that take long on threads of libuv's. */
export function trustCalls(libraries: Libraries): Called<TrustCalls> {
  const open = laterCallOf(libraries, 'kernel32', 'CreateFileW', 'pnnpnnh', 'h');
  const closeHandle = callOf(libraries, 'kernel32', 'CloseHandle', 'h');
  const verify = verifier(libraries);
  if (open === undefined || closeHandle === undefined || verify === undefined)
    return refused('Verifying signatures', 0);
  const found = catalogs(libraries);
  const { genericRead, shareAll, openExisting, reparsePoint } = FileOpen;
  const calls: TrustCalls = {
    async open(path) {
      const handle = await open(wide(path), genericRead, shareAll, null, openExisting, reparsePoint, 0n);
      return handle === undefined || handle === NONE ? undefined : { path, handle };
    },
    close: ({ handle }) => void closeHandle(handle),
    verifyOwn: (file) => verify(ofFile(file)),
    async verifyListed(file, digest) {
      const answer = await found.member(file, digest, (member) => verify(ofMember(file, member)));
      return answer === undefined ? { kind: 'not_found' } : { kind: 'listed', answer };
    },
  };
  return { kind: 'ok', value: calls };
}

// WinVerifyTrust keeps what it found until it is called again to close it, also where it found nothing good.
function verifier(libraries: Libraries): ((question: Buffer) => Promise<TrustAnswered>) | undefined {
  const call = laterCallOf(libraries, 'wintrust', 'WinVerifyTrust', 'hpp');
  if (call === undefined) return undefined;
  const signer = signerOf(libraries);
  const action = guidBytes(GENERIC_VERIFY_V2);
  return async (question) => {
    const code = Number((await call(NONE, action, question)) ?? FAILED);
    const subject = signer(question.readBigUInt64LE(WINTRUST_DATA.at.hWVTStateData));
    await call(NONE, action, close(question));
    return { code, subject };
  };
}
