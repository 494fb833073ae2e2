import type { RingReader } from '../consumer/ring.ts';
import type { SessionFacts } from '../sessions/control.ts';

/** What became of a live session's buffers and events, since it was first opened. Only grows. */
export interface SessionCounters {
  /** Buffers that the session produced. */
  readonly buffersWritten: number;
  /** Events that the kernel could not write: no buffer was free. */
  readonly eventsLost: number;
  /** Buffers that were lost before they could be delivered. */
  readonly realTimeBuffersLost: number;
  /** Buffers that could not be written to a log file; of sessions that have one. */
  readonly logBuffersLost: number;
  /** Buffers that the system delivered to us. */
  readonly buffersDelivered: number;
  /** Buffers that found no room in the ring in time, and the events in them. */
  readonly buffersDropped: number;
  readonly eventsDropped: number;
  /** Events that could not be packed (consumption by record). */
  readonly eventsUnpackable: number;
  /** Buffers and records that say something was lost before them. */
  readonly lossMarks: number;
  /** Milliseconds that the kernel's thread waited for room in the ring. */
  readonly blockedMilliseconds: number;
}

type KernelCounters = Pick<
  SessionFacts,
  'buffersWritten' | 'eventsLost' | 'realTimeBuffersLost' | 'logBuffersLost'
>;
type RingCounters = Omit<SessionCounters, keyof KernelCounters>;

const NO_KERNEL: KernelCounters = {
  buffersWritten: 0,
  eventsLost: 0,
  realTimeBuffersLost: 0,
  logBuffersLost: 0,
};

/**
 * Adds up counters over restarts: a session that is made anew counts from 0, and so does a new ring; one that
 * ran before we came has lost what is none of ours.
 */
export class CounterSum {
  #kernelBefore = NO_KERNEL;
  #kernelBase = NO_KERNEL;
  #kernelNow = NO_KERNEL;
  readonly #rings: RingReader[] = [];
  #ringsBefore: RingCounters = ringCounters([]);

  /** A session was opened whose counters stand at `facts`. */
  opened(facts: KernelCounters): void {
    this.#kernelBefore = kernelSum(this.#kernelBefore, this.#kernelNow, this.#kernelBase);
    this.#kernelBase = facts;
    this.#kernelNow = facts;
  }

  /** What the system says of the session now. */
  note(facts: KernelCounters): void {
    this.#kernelNow = facts;
  }

  /** A ring whose counters count from now on. */
  add(ring: RingReader): void {
    this.#rings.push(ring);
  }

  /** A ring that is read to its end: its counters do not change any more. */
  retire(ring: RingReader): void {
    const at = this.#rings.indexOf(ring);
    if (at < 0) return;
    this.#rings.splice(at, 1);
    this.#ringsBefore = ringSum(this.#ringsBefore, ringCounters([ring]));
  }

  now(): SessionCounters {
    return {
      ...kernelSum(this.#kernelBefore, this.#kernelNow, this.#kernelBase),
      ...ringSum(this.#ringsBefore, ringCounters(this.#rings)),
    };
  }
}

// The system's counters have 32 bits and run over.
const grown = (now: number, base: number): number => (now - base) >>> 0;

function kernelSum(before: KernelCounters, now: KernelCounters, base: KernelCounters): KernelCounters {
  return {
    buffersWritten: before.buffersWritten + grown(now.buffersWritten, base.buffersWritten),
    eventsLost: before.eventsLost + grown(now.eventsLost, base.eventsLost),
    realTimeBuffersLost:
      before.realTimeBuffersLost + grown(now.realTimeBuffersLost, base.realTimeBuffersLost),
    logBuffersLost: before.logBuffersLost + grown(now.logBuffersLost, base.logBuffersLost),
  };
}

function ringCounters(rings: readonly RingReader[]): RingCounters {
  const count = (name: Parameters<RingReader['count']>[0]): number =>
    rings.reduce((sum, ring) => sum + ring.count(name), 0);
  return {
    buffersDelivered: count('buffersDelivered'),
    buffersDropped: count('buffersDropped'),
    eventsDropped: count('eventsDropped'),
    eventsUnpackable: count('eventsUnpackable'),
    lossMarks: count('eventLossMarks') + count('bufferLossMarks'),
    blockedMilliseconds: count('blockedMilliseconds'),
  };
}

function ringSum(a: RingCounters, b: RingCounters): RingCounters {
  return {
    buffersDelivered: a.buffersDelivered + b.buffersDelivered,
    buffersDropped: a.buffersDropped + b.buffersDropped,
    eventsDropped: a.eventsDropped + b.eventsDropped,
    eventsUnpackable: a.eventsUnpackable + b.eventsUnpackable,
    lossMarks: a.lossMarks + b.lossMarks,
    blockedMilliseconds: a.blockedMilliseconds + b.blockedMilliseconds,
  };
}
