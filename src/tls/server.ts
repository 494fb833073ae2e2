import type { ServerOptions } from 'node:https';
import type { Server } from 'node:tls';
import type { Logger } from '../telemetry/logger.ts';
import { readMaterial, secureContext } from './context.ts';
import type { ServerTlsConfig } from './server_config.ts';

/** What a server is made with. Rejects with a sentence when the certificate or key cannot be read or used. */
export async function serverTls(tls: ServerTlsConfig): Promise<ServerOptions> {
  const { ca, cert, key } = await readMaterial(files(tls));
  secureContext(files(tls), { ca, cert, key });
  return {
    minVersion: `TLSv${tls.min_version}`,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

/** Lets a server follow changes of its files, until what is returned is called. */
export function followFiles(server: Server, tls: ServerTlsConfig, logger: Logger): () => void {
  if (tls.reload_interval === 0) return () => {};
  let isBad = false;
  const look = async (): Promise<void> => {
    try {
      server.setSecureContext(await serverTls(tls));
      isBad = false;
    } catch (error) {
      // A certificate and its key are two files: between two writes they do not fit.
      const reason = error instanceof Error ? error.message : String(error);
      if (!isBad) logger.warn('changed certificates cannot be used, those before stay in use', { reason });
      isBad = true;
    }
  };
  const timer = setInterval(() => void look(), tls.reload_interval).unref();
  return () => clearInterval(timer);
}

function files({ cert_file, key_file, client_ca_file, min_version }: ServerTlsConfig) {
  return { cert_file, key_file, ca_file: client_ca_file, min_version };
}
