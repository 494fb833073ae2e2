import type { SignatureRecord, Store, StoreOptions } from './api.ts';

const DEFAULT_MAX = 4096;

/** What a signature remembers of processes or containers: bounded, what was not asked for longest is forgotten. */
export class StateStore<S> implements Store<S> {
  readonly #keyOf: (record: SignatureRecord) => string | undefined;
  readonly #create: () => S;
  readonly #max: number;
  readonly #by: StoreOptions<S>['by'];
  /** In the order of their last use. */
  readonly #states = new Map<string, S>();

  constructor({ by, create, max = DEFAULT_MAX }: StoreOptions<S>) {
    this.#by = by;
    this.#keyOf = by === 'process' ? processOf : containerOf;
    this.#create = create;
    this.#max = max;
  }

  of(record: SignatureRecord): S | undefined {
    const key = this.#keyOf(record);
    if (key === undefined) return undefined;
    const known = this.#states.has(key);
    const state = known ? (this.#states.get(key) as S) : this.#create();
    if (known) this.#states.delete(key);
    this.#states.set(key, state);
    if (this.#states.size > this.#max) {
      const [oldest = ''] = this.#states.keys();
      this.#states.delete(oldest);
    }
    return state;
  }

  forget(record: SignatureRecord): void {
    const key = this.#keyOf(record);
    if (key !== undefined) this.#states.delete(key);
  }

  /** Names of the events that tell of an end. */
  get ends(): readonly string[] {
    return ENDS[this.#by];
  }

  /** Forgets what a record tells the end of. */
  end(record: SignatureRecord): void {
    if (this.ends.includes(record.eventName)) this.forget(record);
  }
}

const ENDS: Readonly<Record<StoreOptions<unknown>['by'], readonly string[]>> = {
  process: ['process.exit'],
  container: ['container.exit', 'container.delete'],
};

// A pid is used again; where the process table does not know the process, its exit ends it.
function processOf({ pid, attributes, resource }: SignatureRecord): string | undefined {
  const entity = attributes['process.entity_id'];
  if (entity !== undefined) return entity;
  return pid === undefined ? undefined : `${resource['host.name'] ?? ''} ${pid}`;
}

function containerOf({ container }: SignatureRecord): string | undefined {
  return container?.id;
}
