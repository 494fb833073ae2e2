import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  /** Gets GET and HEAD alone, with the path but not the query. Must not throw. */
  readonly handle: (path: string, request: IncomingMessage, response: ServerResponse) => void;
}

/** For a request, which is one line and a few headers, to arrive. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * A server for a few readers: on a node anybody on loopback may connect, so connections and the time of a request
 * are bounded, and nothing can be changed through it. Rejects when the address cannot be had.
 */
export async function openServer(options: BoundedServerOptions): Promise<BoundedServer> {
  const times = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer(times, (request, response) => {
    request.resume();
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (request.method === 'GET' || request.method === 'HEAD') options.handle(path, request, response);
    else response.writeHead(405, { allow: 'GET, HEAD' }).end();
  });
  server.maxConnections = options.maxConnections;
  const address = await listen(server, options);
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
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
