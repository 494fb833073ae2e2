import {
  AttributeBlock,
  type AttributeKey,
  type AttributeSet,
  Shape,
} from '../../../src/model/attribute_set.ts';
import { Attr } from '../../../src/model/attributes.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import type { Value } from '../../../src/model/value.ts';
import { Random } from '../../scenario/random.ts';
import { logRecord } from '../../support/log_records.ts';
import { at, lifeRecord, type Told } from '../../support/process_records.ts';

/** As receivers hand on. */
const BATCH = 256;
const DRAWS = 1 << 18;

/**
 * How records are spread over processes. `busy`: as Zipf's law has it, the n-th busiest writes 1/n as much as the busiest
 * (of 10,000 the first one has a tenth of all records, a twentieth of them seven tenths). Recorded traces are more
 * uneven: the busiest of 35 to 224 processes has 4 to 89 %, and a twentieth of them 22 to 95 %. `even`: all write as much,
 * the worst there can be for a processor's caches.
 */
export type Spread = 'busy' | 'even';

/** What a load is like, apart from its size. */
export interface LoadForm {
  readonly spread: Spread;
  /** A process exits and its pid is used again after as many records. */
  readonly life: number;
}

/** One record in 280 is a start or an exit: recorded traces have 0 to 0.35 %, that of a Windows shutting down the most. */
export const USUAL: LoadForm = { spread: 'busy', life: 560 };

/** What processes write, each in a form and with a schema of its own: a process writes all of them by turns. */
const KINDS = [
  kind('file.create', [Attr.filePath, 'C:\\x']),
  kind('file.delete', [Attr.filePath, 'C:\\x']),
  kind('registry.value.set', [Attr.registryKey, 'HKLM\\x'], [Attr.registryValue, 'x']),
  kind('network.connect', [Attr.networkPeerAddress, '10.0.0.1'], [Attr.networkPeerPort, 443]),
  kind('process.module.load', [Attr.filePath, 'C:\\x.dll']),
];

interface Kind {
  readonly base: LogRecord;
  readonly ownOf: (pid: number) => AttributeSet;
}

function kind(eventName: string, ...told: readonly (readonly [AttributeKey, Value])[]): Kind {
  const shape = new Shape([Attr.processPid, ...told.map(([key]) => key)]);
  const values = told.map(([, value]) => value);
  const schema = new AttributeBlock(new Shape([Attr.etwProviderName]), [eventName]);
  return {
    base: logRecord(0, { eventName, blocks: [schema] }),
    ownOf: (pid) => ({ shape, values: [pid, ...values] }),
  };
}

/**
 * Made records of a number of processes, in runs of four (recorded traces: 2 to 275), with starts and exits between; pids
 * are used again.
 */
export class ProcessLoad {
  readonly #running: number;
  readonly #sessionOf: (slot: number) => number | undefined;
  readonly #writers: Uint32Array;
  readonly #life: number;
  readonly #told = new Map<number, Told>();
  readonly #source: Generator<LogRecord>;
  #sequence = 0;
  #time = 0;

  /** `sessionOf` is the session of the processes of a slot, where starts tell one. */
  constructor(
    running: number,
    sessionOf: (slot: number) => number | undefined = () => undefined,
    { spread, life }: LoadForm = USUAL,
  ) {
    this.#running = running;
    this.#sessionOf = sessionOf;
    this.#writers = writers(running, spread);
    this.#life = life;
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

  #event(slot: number, { base, ownOf }: Kind): LogRecord {
    return base.with({ hrTime: at((this.#time += 10)), own: ownOf(this.pidOf(slot)) });
  }

  *#records(): Generator<LogRecord> {
    for (let n = 0; ; n++) {
      if (n % this.#life === 0) {
        const ending = Math.floor(n / this.#life) % this.#running;
        const facts = this.#told.get(ending) ?? {};
        yield lifeRecord('process.exit', this.pidOf(ending), (this.#time += 10), facts);
        yield this.#start(ending);
        n++;
      } else {
        const slot = this.#writers[(n >> 2) % this.#writers.length] ?? 0;
        yield this.#event(slot, KINDS[(n * 7 + (n >> 2)) % KINDS.length] as Kind);
      }
    }
  }
}

/** Slots in the order in which they write, over and over. */
function writers(running: number, spread: Spread): Uint32Array {
  // Neighbours in rank are not neighbours in age, container or memory; the busiest is of a container.
  const slotOf = (rank: number): number => (rank * 7919 + 1) % running;
  if (spread === 'even') return Uint32Array.from({ length: running }, (_, rank) => slotOf(rank));
  const shares = Float64Array.from({ length: running }, (_, rank) => 1 / (rank + 1));
  for (let rank = 1; rank < running; rank++) shares[rank] = (shares[rank] ?? 0) + (shares[rank - 1] ?? 0);
  const whole = shares.at(-1) ?? 0;
  const random = new Random(1);
  return Uint32Array.from({ length: DRAWS }, () => {
    const drawn = (random.integer(0, 2 ** 31) / 2 ** 31) * whole;
    return slotOf(firstAbove(shares, drawn));
  });
}

function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
