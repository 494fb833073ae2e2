import type { LiveSession } from '../../src/windows/live/live_session.ts';

/** A session as it runs, and what the receiver makes of it. */
export interface PlannedSession {
  readonly live: LiveSession;
  /** Whether its buffers are kept longest when the pipelines are slow. */
  readonly shedLast: boolean;
}
