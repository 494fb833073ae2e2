import { createHash } from 'node:crypto';
import type { WindowsError } from '../abi/errors.ts';

/** The namespace of the GUIDs of Sigel's sessions. Made at random; never to be changed. */
export const SESSION_NAMESPACE = 'e999a2f2-a3ea-44ac-b7f1-d466f595c4a9';

/** What claiming came to. */
export type Claim =
  /** `abandoned`: whoever had it has ended without releasing it. */
  | { readonly kind: 'ours'; readonly abandoned: boolean; readonly release: () => void }
  /** Whoever has it lives. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly error: WindowsError };

/**
 * Tells whether the owner of a session lives: a claim is held from before the session starts until after it
 * has stopped, and ends with its process. native/mutex.ts has it from Windows; tests have a fake.
 */
export interface Liveness {
  claim(name: string): Claim;
}

/**
 * The owner mark: the GUID that a session of this name has when it is Sigel's. Windows compares names of
 * sessions without their case, so the case does not matter here.
 */
export function sessionGuid(name: string): string {
  return uuid5(SESSION_NAMESPACE, name.toLowerCase());
}

/** The UUID of version 5 (RFC 9562) of a name in a namespace. */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1').update(namespace.replaceAll('-', ''), 'hex').update(name, 'utf8').digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The name of the claim on a session, one for the whole host. */
export function claimName(guid: string): string {
  return `Global\\sigel-session-${guid}`;
}
