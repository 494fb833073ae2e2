import type { SecureContext } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import type { TlsFiles } from '../../tls/config.ts';
import { readMaterial, secureContext } from '../../tls/context.ts';
import type { Endpoint } from './endpoint.ts';

/** Whether a client uses TLS. As in the Collector, https:// turns it on over `insecure`, and http:// does not turn it off. */
export function isSecure(endpoint: Endpoint, tls: TlsFiles): boolean {
  return !tls.insecure || endpoint.scheme === 'https';
}

/** The credentials of a client that uses TLS. */
export function secureCredentials(context: SecureContext, tls: TlsFiles): ChannelCredentials {
  return ChannelCredentials.createFromSecureContext(context, {
    rejectUnauthorized: !tls.insecure_skip_verify,
  });
}

/**
 * The credentials of a gRPC client; reads the files. Rejects with a sentence that names the key when a file cannot be
 * read or used.
 */
export async function createCredentials(endpoint: Endpoint, tls: TlsFiles): Promise<ChannelCredentials> {
  if (!isSecure(endpoint, tls)) return ChannelCredentials.createInsecure();
  return secureCredentials(secureContext(tls, await readMaterial(tls)), tls);
}
