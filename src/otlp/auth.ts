import { z } from 'zod';
import type { Component, Host } from '../component.ts';

/** `auth` of an exporter, as the Collector has it. */
export const authKey = z
  .strictObject({
    authenticator: z.string().min(1).describe('An extension that authenticates, such as `bearertokenauth`.'),
  })
  .optional()
  .describe('Who we are to the peer; none unless given.');

/** An extension that says who we are. */
export interface Authenticator extends Component {
  /** Headers for a request that is sent now. Secrets; names are lower case. */
  authHeaders(): Promise<Readonly<Record<string, string>>>;
}

/** The extension that `auth` names, if any. Throws, for `start` to pass on, when it does not authenticate. */
export function authenticatorOf(host: Host, auth: z.infer<typeof authKey>): Authenticator | undefined {
  if (auth === undefined) return undefined;
  const extension = host.extension(auth.authenticator);
  if (!isAuthenticator(extension)) throw new Error(`extension "${auth.authenticator}" authenticates nobody`);
  return extension;
}

function isAuthenticator(extension: Component): extension is Authenticator {
  return 'authHeaders' in extension;
}
