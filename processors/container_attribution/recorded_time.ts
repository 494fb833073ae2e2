import type { HrTime } from '@opentelemetry/api';
import type { JournalPlayer } from '../../src/containerd/journal/player.ts';
import { millisOf } from '../../src/containerd/time.ts';
import { TraceTimers } from './timers.ts';

/** Between two looks at what waits, in milliseconds. */
const LOOK = 10;

/**
 * Time as a recorded trace tells it: what the journal says, how long records wait and when they are looked at goes by the
 * times of records alone. So the same trace and journal give the same, however fast and in whatever batches it is read.
 */
export class RecordedTime {
  readonly journal: JournalPlayer;
  readonly timers = new TraceTimers();
  readonly #look: () => void;
  #lookAt = Number.NEGATIVE_INFINITY;

  /** `look` is called when what waits may be known. */
  constructor(journal: JournalPlayer, look: () => void) {
    this.journal = journal;
    this.#look = look;
  }

  /** The trace has come to a time. */
  advance(time: HrTime): void {
    const now = millisOf(time);
    if (this.journal.advance(time) || now >= this.#lookAt) {
      this.#lookAt = (Math.floor(now / LOOK) + 1) * LOOK;
      this.#look();
    }
    this.timers.advance(now);
  }
}
