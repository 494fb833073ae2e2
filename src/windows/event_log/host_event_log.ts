import { eventLogCalls } from '../native/event_log_calls.ts';
import { Libraries } from '../native/libraries.ts';
import type { Called } from '../sessions/control.ts';
import type { EventLogCalls } from './event_log_calls.ts';

/** The event logs of this Windows, or why there are none. Only import it there: it loads koffi. */
export function hostEventLog(libraries: Libraries = new Libraries()): Called<EventLogCalls> {
  return eventLogCalls(libraries);
}
