import type { SessionCounters } from '../../src/windows/live/session_counters.ts';
import type { Loss } from './agent_records.ts';

/** What was lost in a session between two looks at its counters, `seconds` apart; empty when nothing was. */
export function lossesBetween(
  session: string,
  before: SessionCounters,
  now: SessionCounters,
  seconds: number,
): Loss[] {
  const grown = (name: keyof SessionCounters): number => now[name] - before[name];
  const losses: Omit<Loss, 'seconds'>[] = [
    { session, cause: 'kernel', events: grown('eventsLost'), buffers: undefined },
    { session, cause: 'real_time', events: undefined, buffers: grown('realTimeBuffersLost') },
    { session, cause: 'log', events: undefined, buffers: grown('logBuffersLost') },
    { session, cause: 'ring', events: grown('eventsDropped'), buffers: grown('buffersDropped') },
    { session, cause: 'unpackable', events: grown('eventsUnpackable'), buffers: undefined },
  ];
  return losses
    .filter(({ events = 0, buffers = 0 }) => events + buffers > 0)
    .map((loss) => ({ ...loss, seconds }));
}
