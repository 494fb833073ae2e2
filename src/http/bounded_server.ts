import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../telemetry/logger.ts';
import { followFiles, serverTls } from '../tls/server.ts';
import type { ServerTlsConfig } from '../tls/server_config.ts';
import type { ListenAddress } from './listen_address.ts';

/** A server that is open. */
export interface BoundedServer {
  /** Where it listens, without a path: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Ends it and what it is connected to. */
  readonly close: () => void;
}

/** What a server answers, and to how many at a time. */
export interface BoundedServerOptions extends ListenAddress {
  readonly maxConnections: number;
  /** HTTPS instead of HTTP; what is wrong with changed certificates is logged. */
  readonly tls?: { readonly config: ServerTlsConfig; readonly logger: Logger } | undefined;
  /** Gets GET and HEAD alone, with the path but not the query. Must not throw. */
  readonly handle: (path: string, request: IncomingMessage, response: ServerResponse) => void;
}

/** For a request, which is one line and a few headers, to arrive. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * A server for a few readers: on a node anybody on loopback may connect, so connections and the time of a request
 * are bounded, and nothing can be changed through it. Rejects when the address cannot be had, or
 * the certificate cannot be used.
 */
export async function openServer(options: BoundedServerOptions): Promise<BoundedServer> {
  const { server, release } = await makeServer(options, (request, response) => {
    request.resume();
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (request.method === 'GET' || request.method === 'HEAD') options.handle(path, request, response);
    else response.writeHead(405, { allow: 'GET, HEAD' }).end();
  });
  server.maxConnections = options.maxConnections;
  const address = await listen(server, options);
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
    close: () => {
      release();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function makeServer(
  { tls }: BoundedServerOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly release: () => void }> {
  const times = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  if (tls === undefined) return { server: createServer(times, listener), release: () => {} };
  const bounds = { ...times, handshakeTimeout: REQUEST_TIMEOUT_MS };
  const server = createTlsServer({ ...bounds, ...(await serverTls(tls.config)) }, listener);
  return { server, release: followFiles(server, tls.config, tls.logger) };
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  // What fails later is one connection; nobody else has to know.
  server.on('error', () => {});
  // It must not keep the process when everything else has ended.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  return address;
}
