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
  const losses: Loss[] = [
    { session, cause: 'kernel', events: grown('eventsLost'), buffers: undefined, seconds },
    { session, cause: 'real_time', events: undefined, buffers: grown('realTimeBuffersLost'), seconds },
    { session, cause: 'log', events: undefined, buffers: grown('logBuffersLost'), seconds },
    { session, cause: 'ring', events: grown('eventsDropped'), buffers: grown('buffersDropped'), seconds },
    { session, cause: 'unpackable', events: grown('eventsUnpackable'), buffers: undefined, seconds },
  ];
  return losses.filter(({ events = 0, buffers = 0 }) => events + buffers > 0);
}
