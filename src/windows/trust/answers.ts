import type { Signature } from '../../file_facts/signature.ts';
import { TrustAnswer } from '../abi/trust_constants.ts';
import type { TrustAnswered } from './trust_calls.ts';

interface Meaning {
  readonly status: string;
  readonly isIntact?: boolean;
  readonly isTrusted?: boolean;
}

// Without a network Windows may lack a root or a certificate between: a chain that it cannot complete says nothing
// of the signer. Learn: "WinVerifyTrust function"; names of winerror.h.
const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [TrustAnswer.trusted, { status: 'trusted', isIntact: true, isTrusted: true }],
  [TrustAnswer.badDigest, { status: 'TRUST_E_BAD_DIGEST', isIntact: false }],
  [TrustAnswer.expired, { status: 'CERT_E_EXPIRED', isTrusted: false }],
  [TrustAnswer.revoked, { status: 'CERT_E_REVOKED', isTrusted: false }],
  [TrustAnswer.explicitDistrust, { status: 'TRUST_E_EXPLICIT_DISTRUST', isTrusted: false }],
  [TrustAnswer.untrustedRoot, { status: 'CERT_E_UNTRUSTEDROOT' }],
  [TrustAnswer.chaining, { status: 'CERT_E_CHAINING' }],
]);

/** What an answer of WinVerifyTrust about a signature that is there means. */
export function signatureOf({ code, subject }: TrustAnswered): Signature {
  const { status, isIntact, isTrusted } = MEANINGS.get(code) ?? { status: `0x${code.toString(16)}` };
  return { kind: 'signed', status, isIntact, isTrusted, subject };
}
