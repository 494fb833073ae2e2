import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Attributing, fakeClock, type Says, shown, told, turn } from '../../test/support/attribution.ts';

// However starts, exits, pids that are used again, and containerd's word come late or in whatever order to each other:
// a record is given its own container, or none. What really happened is kept beside the processor.

const PIDS = [100, 104, 108] as const;
const SHIM = 50;
const SHIM_SAYS: Says = { session: 0, name: 'containerd-shim-runhcs-v1.exe' };

interface Box {
  readonly id: string;
  readonly isolation: 'process' | 'hostprocess';
  readonly session: number;
  runs: boolean;
}
interface Real {
  readonly pid: number;
  readonly box: Box | undefined;
  readonly says: Says;
  readonly execId: string | undefined;
  readonly isInit: boolean;
}

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('host', 'init', 'exec', 'child', 'exit', 'event', 'event'),
      pid: fc.constantFrom(...PIDS),
      other: fc.constantFrom(...PIDS),
      isolation: fc.constantFrom<Box['isolation']>('process', 'hostprocess'),
      gap: fc.constantFrom(1, 50, 2_000, 200_000, 1_500_000),
      lag: fc.constantFrom(1, 300, 40_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('trace', 'containerd', 'timer'),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
type Act = Extract<Action, { pid: number }>;

class Run {
  readonly #world = new Attributing({ wait: '100ms' });
  readonly #tick: (ms: number) => void;
  readonly #living = new Map<number, Real>();
  /** Until when containerd's shim holds a handle of a process, so that its pid is not used again. */
  readonly #heldUntil = new Map<number, number>();
  /** What the trace and containerd will tell, in their order. */
  readonly #trace: (() => Promise<unknown>)[] = [];
  readonly #facts: (() => void)[] = [];
  /** Whose a record is, by its time; no two have the same. */
  readonly #whose = new Map<string, string | undefined>();
  readonly #open: Promise<unknown>[] = [];
  #time = 10;
  #boxes = 0;

  constructor(tick: (ms: number) => void) {
    this.#tick = tick;
  }

  async all(actions: readonly Action[]): Promise<readonly string[]> {
    await this.#world.start();
    this.#record('process.start', {
      pid: SHIM,
      box: undefined,
      says: SHIM_SAYS,
      execId: undefined,
      isInit: false,
    });
    for (const act of actions) {
      if ('pid' in act) this.#happens(act);
      else await this.#comes(act.kind, act.count);
    }
    await this.#comes('trace', this.#trace.length);
    await this.#comes('containerd', this.#facts.length);
    await this.#world.shutdown();
    await Promise.all(this.#open);
    return this.#check();
  }

  #happens(act: Act): void {
    this.#time += act.gap;
    const living = this.#living.get(act.pid);
    if (act.kind === 'exit') {
      if (living !== undefined) this.#exit(living, act.lag);
    } else if (act.kind === 'event') {
      if (living !== undefined) this.#record('file.create', living);
    } else if (living === undefined && (this.#heldUntil.get(act.pid) ?? 0) < this.#time) this.#start(act);
  }

  #start({ kind, pid, other, isolation, lag }: Act): void {
    const near = this.#living.get(other);
    const common = { pid, execId: undefined, isInit: false };
    if (kind === 'host') this.#starts({ ...common, box: undefined, says: { session: 0 } }, 0);
    else if (kind === 'init') {
      const id = `c${++this.#boxes}`;
      const box: Box = { id, isolation, session: isolation === 'process' ? 10 + this.#boxes : 0, runs: true };
      const created = this.#time - 1;
      this.#facts.push(() => this.#world.containerd.create(id, created, { isolation }));
      this.#starts({ ...common, box, isInit: true, says: saysOf(box) }, lag);
    } else if (near !== undefined) {
      const { box } = near;
      if (kind === 'child') {
        const says: Says = { session: box?.session ?? 0, parent: near.pid };
        this.#starts({ ...common, box, says }, 0);
      } else if (box?.runs === true)
        this.#starts({ ...common, box, execId: `e${this.#time}`, says: saysOf(box) }, lag);
    }
  }

  #starts(real: Real, lag: number): void {
    const { box, pid, execId, isInit } = real;
    this.#living.set(pid, real);
    this.#record('process.start', real);
    if (box === undefined || (!isInit && execId === undefined)) return;
    const at = this.#time + lag;
    this.#heldUntil.set(pid, at);
    this.#facts.push(() =>
      execId === undefined
        ? this.#world.containerd.run(box.id, pid, at)
        : this.#world.containerd.exec(box.id, execId, pid, at),
    );
  }

  #exit(real: Real, lag: number): void {
    const { box, pid, execId, isInit } = real;
    // A silo ends with its first process; what is left in it is ended before.
    if (isInit && box !== undefined) {
      box.runs = false;
      for (const one of this.#living.values()) if (one.box === box && one !== real) this.#exit(one, lag);
    }
    this.#time += 1;
    this.#living.delete(pid);
    this.#record('process.exit', real);
    if (box === undefined || (!isInit && execId === undefined)) return;
    const at = this.#time + lag;
    this.#facts.push(() => this.#world.containerd.exit(box.id, pid, at, execId));
  }

  #record(eventName: string, { pid, box, says }: Real): void {
    this.#time += 1;
    const record = told(eventName, pid, this.#time, eventName === 'process.start' ? says : {});
    this.#whose.set(record.hrTime.join('.'), box?.id);
    this.#trace.push(() => this.#world.take(record));
  }

  async #comes(kind: 'trace' | 'containerd' | 'timer', count: number): Promise<void> {
    if (kind === 'timer') this.#tick(count * 10);
    else if (kind === 'trace') for (const take of this.#trace.splice(0, count)) this.#open.push(take());
    else for (const tell of this.#facts.splice(0, count)) tell();
    await turn();
  }

  /** Whether each was found; throws where one was taken for another's. */
  #check(): readonly string[] {
    const { out, account } = this.#world;
    assert.equal(out.length, this.#whose.size, 'nothing is left behind');
    assert.deepEqual([account.queued, account.imbalance()], [0, 0]);
    const last = new Map<unknown, number>();
    return out.map((record) => {
      const whose = this.#whose.get(record.hrTime.join('.'));
      const found = record.resource.attributes['container.id'];
      if (found !== undefined) assert.equal(found, whose, `${record.eventName}: ${shown(record)}`);
      const { 'process.entity_id': process } = record.attributes;
      const time = record.hrTime[0] * 1e9 + record.hrTime[1];
      if (process !== undefined) assert.ok(time > (last.get(process) ?? 0), 'each process keeps its order');
      last.set(process, time);
      if (whose === undefined) return 'host';
      return found === undefined ? 'not found' : 'found';
    });
  }
}

function saysOf({ isolation, session }: Box): Says {
  return isolation === 'process' ? { session } : { session, parent: SHIM };
}

test('attribution: no record is given another’s container, none is left behind, each process keeps its order', async (t) => {
  fakeClock(t);
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 150, size: 'max' }), async (actions) => {
      const run = new Run((ms) => t.mock.timers.tick(ms));
      for (const what of await run.all(actions)) seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
    { numRuns: 400 },
  );
  // A processor that finds nothing would never be wrong.
  assert.ok((seen.get('found') ?? 0) > (seen.get('not found') ?? 0), JSON.stringify([...seen]));
});
