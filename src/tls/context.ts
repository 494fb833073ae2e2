import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from './config.ts';

/** Where a certificate, a key and CAs are; each as a file, or as it is. */
export type TlsPlaces = Partial<
  Pick<TlsFiles, 'ca_file' | 'cert_file' | 'key_file' | 'ca_pem' | 'cert_pem' | 'key_pem'>
>;

/** A certificate, a key and CAs (PEM) as far as they are configured. */
export interface TlsMaterial {
  readonly ca: Buffer | string | undefined;
  readonly cert: Buffer | string | undefined;
  readonly key: Buffer | string | undefined;
}

/** Reads the files. Rejects with a sentence that names the key when one cannot be read. */
export async function readMaterial(tls: TlsPlaces): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([
    pem('ca_file', tls.ca_file, tls.ca_pem),
    pem('cert_file', tls.cert_file, tls.cert_pem),
    pem('key_file', tls.key_file, tls.key_pem),
  ]);
  return { ca, cert, key };
}

/** What a client connects with. Throws a sentence when the certificates or the key cannot be used. */
export function secureContext(tls: Pick<TlsFiles, 'min_version'>, material: TlsMaterial): SecureContext {
  try {
    return createSecureContext({ ...material, minVersion: `TLSv${tls.min_version}` });
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
