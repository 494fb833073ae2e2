import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import type { GrpcClientConfig } from './config.ts';
import type { Endpoint } from './endpoint.ts';

type Tls = GrpcClientConfig['tls'];

/**
 * The credentials of a gRPC client; reads the files. As in the Collector, https:// turns TLS on over `insecure`,
 * and http:// alone does not turn it off. Rejects with a sentence that names the key when a file cannot be read.
 */
export async function createCredentials(endpoint: Endpoint, tls: Tls): Promise<ChannelCredentials> {
  if (tls.insecure && endpoint.scheme !== 'https') return ChannelCredentials.createInsecure();
  const [ca, cert, key] = await Promise.all([
    pem('ca_file', tls.ca_file, tls.ca_pem),
    pem('cert_file', tls.cert_file, tls.cert_pem),
    pem('key_file', tls.key_file, tls.key_pem),
  ]);
  try {
    const context = createSecureContext({ ca, cert, key, minVersion: `TLSv${tls.min_version}` });
    return ChannelCredentials.createFromSecureContext(context, {
      rejectUnauthorized: !tls.insecure_skip_verify,
    });
  } catch (error) {
    throw new Error(`tls: the certificates or the key cannot be used: ${message(error)}`, { cause: error });
  }
}

async function pem(
  key: string,
  path: string | undefined,
  text: string | undefined,
): Promise<Buffer | string | undefined> {
  if (path === undefined) return text;
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`tls.${key}: cannot read ${path}: ${message(error)}`, { cause: error });
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
