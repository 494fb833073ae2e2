import { join } from 'node:path';
import type { Peer } from '../../interop/peers/peer.ts';
import { ensureBuilt } from './mingw.ts';

/** What wevtapi.dll tells of a log; see event_log/event_log_standin.c. */
export function ensureEventLogStandin(): Promise<Peer> {
  return ensureBuilt({
    output: 'event_log_standin.dll',
    folder: join(import.meta.dirname, '..', 'event_log'),
    sources: ['event_log_standin.c'],
  });
}
