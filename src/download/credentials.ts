import { Buffer } from 'node:buffer';

/** What one shows to a web server or registry. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  /** The name has no colon (RFC 7617). */
  | { readonly kind: 'user'; readonly name: string; readonly password: string };

/** The header `Authorization` that shows them: Bearer (RFC 6750) or Basic (RFC 7617). */
export function authorizationOf(credentials: Credentials): string {
  if (credentials.kind === 'token') return `Bearer ${credentials.token}`;
  const { name, password } = credentials;
  return `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`;
}
