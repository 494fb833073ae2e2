import type { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A CA and a certificate that it signed for 127.0.0.1 and `gateway.test`, as files (PEM). */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Removes the files. */
  remove(): void;
}

/** Makes certificates with the openssl command; undefined where there is none. */
export function createCertificates(): Certificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-certificates-'));
  const file = (name: string) => join(folder, name);
  const create = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const sign = `-CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE`;
  const names = '-addext subjectAltName=IP:127.0.0.1,DNS:gateway.test';
  const request = (args: string) =>
    execFileSync('openssl', ['req', ...args.split(' ')], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  try {
    request(`${create} -subj /CN=Test -keyout ca.key -out ca.pem`);
    request(`${create} -subj /CN=gateway.test -keyout key.pem -out cert.pem ${sign} ${names}`);
  } catch (error) {
    rmSync(folder, { recursive: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return {
    caFile: file('ca.pem'),
    certFile: file('cert.pem'),
    keyFile: file('key.pem'),
    ca: readFileSync(file('ca.pem')),
    cert: readFileSync(file('cert.pem')),
    key: readFileSync(file('key.pem')),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
