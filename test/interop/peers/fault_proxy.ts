import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { portOf } from './ports.ts';

/**
 * What a relay does with bytes: `pass` them on, `hold` them in both directions until it does something else (a black
 * hole, which still takes connections), or `refuse` new connections.
 */
export type ProxyMode = 'pass' | 'hold' | 'refuse';

/** A TCP relay on loopback: the network between two programs, with its faults. */
export interface FaultProxy {
  readonly endpoint: string;
  /** Connections accepted until now, whether or not the target took them. */
  connections(): number;
  set(mode: ProxyMode): void;
  /** Bytes a second towards the target, of each connection. */
  limit(bytesPerSecond: number): void;
  /** Ends all connections, in the middle of what they carry. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Starts the relay, passing on a limited number of bytes a second, so that a run takes long enough to have a middle on
 * any machine. It accepts a connection also while the target is down, and closes it then.
 */
export async function startFaultProxy(targetPort: number, bytesPerSecond: number): Promise<FaultProxy> {
  const state = { mode: 'pass' as ProxyMode, rate: bytesPerSecond, connections: 0 };
  const sockets = new Set<Socket>();
  let released = Promise.withResolvers<void>();

  const brake = (rate: () => number) =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const pass = async () => {
          if (Number.isFinite(rate())) await sleep((1000 * chunk.length) / rate());
          while (state.mode === 'hold') await released.promise;
          done(null, chunk);
        };
        void pass();
      },
    });
  const server = createServer((from) => {
    state.connections++;
    if (state.mode === 'refuse') return void from.destroy();
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
    from.pipe(brake(() => state.rate)).pipe(to);
    to.pipe(brake(() => Number.POSITIVE_INFINITY)).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const set = (mode: ProxyMode) => {
    state.mode = mode;
    released.resolve();
    released = Promise.withResolvers();
  };
  const close = async () => {
    set('refuse');
    cut();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return {
    endpoint: `127.0.0.1:${portOf(server)}`,
    connections: () => state.connections,
    set,
    limit: (rate) => {
      state.rate = rate;
    },
    cut,
    close,
  };
}
