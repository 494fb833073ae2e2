import type { LogRecord } from '../../../src/model/log_record.ts';
import { eventRecord, lifeRecord, type Told } from '../../support/process_records.ts';

const BATCH = 1024;

/**
 * Made records of a number of processes: they come in runs of four, so that most look-ups are new to the caches of a
 * processor where processes are many; every hundredth is a start or an exit, and pids are used again.
 */
export class ProcessLoad {
  readonly #running: number;
  readonly #sessionOf: (slot: number) => number | undefined;
  readonly #told = new Map<number, Told>();
  readonly #source: Generator<LogRecord>;
  #sequence = 0;
  #time = 0;

  /** `sessionOf` is the session of the processes of a slot, where starts tell one. */
  constructor(running: number, sessionOf: (slot: number) => number | undefined = () => undefined) {
    this.#running = running;
    this.#sessionOf = sessionOf;
    this.#source = this.#records();
  }

  /** Microseconds of the test's clock of the record made last. */
  get time(): number {
    return this.#time;
  }

  pidOf(slot: number): number {
    return 100 + slot * 4;
  }

  /** The starts of all processes. */
  starts(): LogRecord[] {
    return Array.from({ length: this.#running }, (_, slot) => this.#start(slot));
  }

  /** The next records. */
  batch(): LogRecord[] {
    const batch: LogRecord[] = [];
    while (batch.length < BATCH) batch.push(this.#source.next().value as LogRecord);
    return batch;
  }

  #start(slot: number): LogRecord {
    const sequence = ++this.#sequence;
    const parent = this.#told.get(slot >> 1);
    const session = this.#sessionOf(slot);
    const facts: Told = {
      name: `tool-${slot}.exe`,
      commandLine: `"C:\\Windows\\System32\\tool-${slot}.exe" --run ${sequence}`,
      parentPid: this.pidOf(slot >> 1),
      sequence,
      created: this.#time,
      ...(parent?.sequence === undefined ? {} : { parentSequence: parent.sequence }),
      ...(session === undefined ? {} : { session }),
    };
    this.#told.set(slot, facts);
    return lifeRecord('process.start', this.pidOf(slot), (this.#time += 10), facts);
  }

  *#records(): Generator<LogRecord> {
    for (let n = 0; ; n++) {
      if (n % 200 === 0) {
        const ending = Math.floor(n / 200) % this.#running;
        const facts = this.#told.get(ending) ?? {};
        yield lifeRecord('process.exit', this.pidOf(ending), (this.#time += 10), facts);
        yield this.#start(ending);
        n++;
      } else {
        const slot = ((n >> 2) * 7919) % this.#running;
        yield eventRecord(this.pidOf(slot), (this.#time += 10));
      }
    }
  }
}
