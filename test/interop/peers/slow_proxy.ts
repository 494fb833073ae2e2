import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { portOf } from './ports.ts';

/** A TCP relay on loopback that passes a limited number of bytes a second towards its target. */
export interface SlowProxy {
  readonly endpoint: string;
  /** Connections accepted until now, whether or not the target took them. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * Starts the relay, so that a run takes long enough to have a middle on any machine. It accepts a
 * connection also while the target is down, and closes it then.
 */
export async function startSlowProxy(targetPort: number, bytesPerSecond: number): Promise<SlowProxy> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    connections++;
    const to = connect(targetPort, '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    const brake = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        setTimeout(done, (1000 * chunk.length) / bytesPerSecond, undefined, chunk);
      },
    });
    from.pipe(brake).pipe(to);
    to.pipe(from);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return { endpoint: `127.0.0.1:${portOf(server)}`, connections: () => connections, close };
}
