import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { portOf } from '../interop/peers/ports.ts';

/** A proxy on loopback that understands CONNECT. */
export interface ConnectProxy {
  readonly url: string;
  /** What it was asked to connect to, `host:port`; it connects to its target whatever that is. */
  readonly asked: readonly string[];
  /** The Proxy-Authorization of each. */
  readonly authorizations: readonly (string | undefined)[];
  stop(): void;
}

/** Starts a proxy that takes every CONNECT to one port on loopback. */
export async function startConnectProxy(targetPort: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer();
  server.on('connect', ({ url = '', headers }, socket) => {
    asked.push(url);
    authorizations.push(headers['proxy-authorization']);
    const target = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target])
      end.on('error', () => end.destroy()).on('close', () => (socket.destroy(), target.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return { url: `http://127.0.0.1:${port}`, asked, authorizations, stop: () => void server.close() };
}
