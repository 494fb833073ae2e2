import { SessionConsumer } from '../consumer/consumer.ts';
import { LiveSession, type SessionIncident } from './live_session.ts';
import type { EtwPlatform, SessionPlan } from './platform.ts';

/** How buffers come from Windows to whoever reads them. */
export interface LiveOptions {
  /** Bytes between the two; at least four buffers fit in any case. */
  readonly ringSize: number;
  /** Milliseconds that Windows is made to wait for room. */
  readonly maxBlock: number;
  readonly onIncident: (incident: SessionIncident) => void;
}

/** A planned session with its consuming thread; it is not started. */
export function liveSession(plan: SessionPlan, platform: EtwPlatform, options: LiveOptions): LiveSession {
  const { name, consumption, open } = plan;
  const { close, library, worker } = platform;
  return new LiveSession({
    name,
    open,
    consumer: ({ bufferSizeKiB }, onFallback) => {
      const bufferSize = bufferSizeKiB * 1024;
      return new SessionConsumer({
        session: name,
        consumption,
        bufferSize,
        maxBlock: options.maxBlock,
        // A ring that no buffer fits would lose all of them.
        ringSize: Math.max(options.ringSize, 4 * bufferSize),
        library,
        close,
        onFallback,
        ...(worker === undefined ? {} : { worker }),
      });
    },
    onIncident: options.onIncident,
  });
}
