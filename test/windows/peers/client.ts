import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from '../../interop/peers/peer.ts';
import { ensureBuilt } from './mingw.ts';

const FOLDER = join(import.meta.dirname, '..');

/** A controller and consumer in C; `path` is the program. See client/client.c for its commands. */
export function ensureClient(): Promise<Peer> {
  return ensureBuilt({
    output: 'client.exe',
    folder: join(FOLDER, 'client'),
    flags: ['-municode'],
    headers: { 'standin.h': readFileSync(join(FOLDER, 'standin', 'standin.h'), 'utf8') },
  });
}
