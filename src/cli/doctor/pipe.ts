import { connect } from 'node:net';
import type { PipeState } from './examined.ts';

const DENIED: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES']);

/** Connects to a named pipe and lets it go again. */
export function tryPipe(path: string, milliseconds: number): Promise<PipeState> {
  const done = Promise.withResolvers<PipeState>();
  const socket = connect(path);
  const timer = setTimeout(() => done.resolve('silent'), milliseconds);
  socket.once('connect', () => done.resolve('connected'));
  socket.once('error', (error) => {
    const { code } = error as { readonly code?: unknown };
    if (DENIED.has(code)) done.resolve('denied');
    else done.resolve(code === 'ENOENT' ? 'absent' : 'silent');
  });
  return done.promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
