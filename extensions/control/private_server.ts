import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { makePosixFolder } from '../../src/windows/host/private_folder.ts';

/** A server that only administrators of this machine, and the agent's own account, reach. */
export interface PrivateServer {
  close(): void;
}

/** What listening came to. */
export type Opened =
  | { readonly kind: 'open'; readonly server: PrivateServer }
  | { readonly kind: 'closed'; readonly reason: string };

/** Whoever asks stays for a moment, and who drains until the end. */
const MAX_CONNECTIONS = 16;

/**
 * Listens at a named pipe or a socket. A socket stands in a folder that nobody else may enter. A pipe that Windows makes
 * lets everybody read, until its access list is replaced; nobody is answered before it is.
 */
export async function listenPrivately(endpoint: string, serve: (socket: Socket) => void): Promise<Opened> {
  const isPipe = process.platform === 'win32';
  if (!isPipe) {
    const folder = makePosixFolder(dirname(endpoint));
    if (folder.kind === 'failed') return { kind: 'closed', reason: folder.error.message };
  }
  let isPrivate = !isPipe;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    if (!isPrivate) return socket.destroy();
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    return serve(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const reason = (await listen(server, endpoint)) ?? (isPipe ? await restrict(endpoint) : undefined);
  if (reason !== undefined) {
    server.close();
    return { kind: 'closed', reason };
  }
  isPrivate = true;
  server.unref();
  const close = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { kind: 'open', server: { close } };
}

/** Why it cannot be listened there. A socket that a killed agent has left is removed. */
async function listen(server: Server, endpoint: string): Promise<string | undefined> {
  const first = await listenOnce(server, endpoint);
  if (first?.code !== 'EADDRINUSE') return first?.message;
  if (process.platform === 'win32' || (await isAnswered(endpoint))) return 'another agent is asked there';
  rmSync(endpoint, { force: true });
  return (await listenOnce(server, endpoint))?.message;
}

function listenOnce(server: Server, endpoint: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const done = (error?: NodeJS.ErrnoException) => {
      server.off('error', done).off('listening', done);
      resolve(error);
    };
    server.once('error', done).once('listening', () => done());
    server.listen(endpoint);
  });
}

function isAnswered(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false)).once('connect', () => socket.destroy());
  });
}

async function restrict(endpoint: string): Promise<string | undefined> {
  // koffi is loaded where it is needed, and not before.
  const [{ restrictPipe }, { Libraries }] = await Promise.all([
    import('../../src/windows/native/host_pipe.ts'),
    import('../../src/windows/native/libraries.ts'),
  ]);
  const restricted = restrictPipe(new Libraries(), endpoint);
  return restricted.kind === 'ok' ? undefined : restricted.error.message;
}
