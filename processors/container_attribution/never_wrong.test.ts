import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type ListedTask, reconcile } from '../../src/containerd/reconcile.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import {
  Attributing,
  detailsOf,
  fakeClock,
  type Says,
  shown,
  told,
  turn,
} from '../../test/support/attribution.ts';
import { at } from '../../test/support/process_records.ts';

// However starts, exits, pids, sessions and job ids that are used again, containerd's word, Windows' on jobs and silos come
// late or in whatever order to each other, whatever events are lost, and whatever is told only by a list after a lost
// connection: a record is given its own container, or none. What really happened is kept beside the processor.

const PIDS = [100, 104, 108] as const;
const SHIM = 50;
/** A user's session on the node. */
const USER = 5;
/** So long records may follow a process's exit (src/process); who has the pid meanwhile must be told of. */
const TRAILING = 1_000_000;
const SHIM_SAYS: Says = { session: 0, name: 'containerd-shim-runhcs-v1.exe' };

interface Box {
  readonly id: string;
  readonly isolation: 'process' | 'hostprocess';
  readonly session: number;
  /** Only a process-isolated container has one. */
  readonly silo: string | undefined;
  readonly job: number;
  runs: boolean;
  readonly created: number;
  /** Whether Windows was asked for its job as it started, and what it said is told. */
  readonly asked: boolean;
  /** Whether nobody can know that its session and job id are free again. */
  keeps: boolean;
}
interface Real {
  readonly pid: number;
  readonly box: Box | undefined;
  readonly says: Says;
  readonly execId: string | undefined;
  readonly isInit: boolean;
}

/** What may happen, and how often: what uses pids again most. */
const KINDS = [
  ['host', 3],
  ['init', 4],
  ['exit', 5],
  ['event', 4],
  ['child', 2],
  ['exec', 2],
  ['early', 1],
  ['stamped', 1],
  ['list', 1],
  ['job', 1],
  ['user', 1],
  ['hyperv', 1],
  ['lose', 1],
  ['reconnect', 1],
] as const;

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(...KINDS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind))),
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
interface How {
  readonly isStamped?: boolean;
  readonly mayBeLost?: boolean;
}

/** The system's clock, and timers. */
interface Clock {
  readonly tick: (ms: number) => void;
  readonly setTime: (ms: number) => void;
}

class Run {
  readonly #world = new Attributing({ wait: '100ms' });
  readonly #clock: Clock;
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
  /** Whether the next record that may be lost is. */
  #loses = false;
  /** When the last process with a pid has exited, and whether the trace tells of that. */
  readonly #exits = new Map<number, { readonly at: number; readonly isTold: boolean }>();
  readonly #boxes: Box[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
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
    } else if (act.kind === 'event' || act.kind === 'stamped') {
      if (living !== undefined)
        this.#record('file.create', living, { isStamped: act.kind === 'stamped', mayBeLost: true });
    } else if (act.kind === 'list') {
      if (living?.box !== undefined) this.#facts.push(this.#list(living.box));
    } else if (act.kind === 'lose') this.#loses = true;
    else if (act.kind === 'reconnect') this.#reconnects();
    else if (act.kind === 'hyperv') this.#hyperv(act);
    else if (act.kind === 'job') {
      // A job of the node comes and goes.
      const aboutJob = this.#free(1, ({ job }) => job);
      for (const name of ['job.start', 'job.stop']) this.#news(name, undefined, { aboutJob });
    } else if (living === undefined && (this.#heldUntil.get(act.pid) ?? 0) < this.#time) this.#start(act);
  }

  #start({ kind, pid, other, isolation, lag }: Act): void {
    const near = this.#living.get(other);
    const common = { pid, execId: undefined, isInit: false };
    if (kind === 'host' || kind === 'user')
      this.#starts({ ...common, box: undefined, says: { session: kind === 'user' ? USER : 0 } }, 0);
    else if (kind === 'init') {
      const box = this.#create(isolation, lag !== 300);
      this.#starts({ ...common, box, isInit: true, says: saysOf(box) }, lag);
    } else if (kind === 'early') {
      // Windows is asked, and the silo's own processes begin, before containerd tells of a first process.
      const box = this.#create('process', true);
      this.#facts.push(this.#list(box));
      this.#starts({ ...common, box, says: { session: box.session } }, 0);
    } else if (near !== undefined) {
      const { box } = near;
      if (kind === 'child') {
        const says: Says = { session: box?.session ?? 0, parent: near.pid };
        this.#starts({ ...common, box, says }, 0);
      } else if (box?.runs === true)
        this.#starts({ ...common, box, execId: `e${this.#time}`, says: saysOf(box) }, lag);
    }
  }

  #create(isolation: Box['isolation'], asked: boolean): Box {
    const id = `c${this.#boxes.length}`;
    const isProcess = isolation === 'process';
    const box: Box = {
      id,
      isolation,
      session: isProcess ? this.#free(11, ({ session }) => session) : 0,
      silo: isProcess ? `silo-${id}` : undefined,
      job: this.#free(1, ({ job }) => job),
      runs: true,
      created: this.#time - 1,
      asked,
      // Without the silo, nobody sees the end of it.
      keeps: !asked,
    };
    this.#boxes.push(box);
    this.#facts.push(() => this.#world.containerd.create(id, box.created, { isolation }));
    this.#news('job.start', box, { aboutJob: box.job });
    if (box.silo !== undefined) this.#news('container.silo.start', box, { aboutSilo: box.silo });
    return box;
  }

  /** The smallest number that no container that runs has. */
  #free(from: number, of: (box: Box) => number): number {
    const taken = new Set(this.#boxes.filter(({ runs, keeps }) => runs || keeps).map(of));
    let free = from;
    while (taken.has(free)) free++;
    return free;
  }

  /** A container in a machine of its own, where the pid is another process's. */
  #hyperv({ pid, lag }: Act): void {
    const id = `v${this.#time}`;
    const at = this.#time;
    this.#facts.push(() => {
      this.#world.containerd.create(id, at, { isolation: 'hyperv' });
      this.#world.containerd.run(id, pid, at + lag);
    });
  }

  /** The connection is lost with all that would have been told by it; then everything is listed. */
  #reconnects(): void {
    // The system's clock shows milliseconds.
    this.#time = Math.ceil(this.#time / 1000) * 1000;
    const time = this.#time;
    const running = this.#boxes.filter(({ runs }) => runs);
    const containers = new Map(running.map((box) => [box.id, detailsOf(box.id, box.created, box)]));
    const tasks = new Map<string, ListedTask>();
    for (const { pid, box, isInit } of this.#living.values())
      if (isInit && box !== undefined)
        tasks.set(box.id, { pid, state: 'running', exitCode: 0, exitedAt: undefined });
    // What was told of jobs may be lost with it.
    for (const box of this.#boxes) box.keeps = true;
    this.#facts.splice(0, Infinity, () => {
      this.#clock.setTime(at(0)[0] * 1000 + time / 1000);
      const store = this.#world.containerd.containers;
      const moment = { since: store.sequence, origin: 'list', isPending: () => false } as const;
      reconcile(store, { namespace: 'k8s.io', containers, tasks }, moment);
    });
  }

  /** Windows is asked for the job now; what it says comes among containerd's words. */
  #list(box: Box): () => void {
    const pids = [...this.#living.values()].filter((real) => real.box === box).map(({ pid }) => pid);
    const at = this.#time;
    const job = { pids, jobId: box.job, siloId: box.silo, session: box.session || undefined };
    return () => this.#world.containerd.job(box.id, job, at);
  }

  /** The shim's record of a silo or a job. */
  #news(eventName: string, box: Box | undefined, says: Says): void {
    this.#time += 1;
    this.#tell(told(eventName, SHIM, this.#time, says), box);
  }

  #starts(real: Real, lag: number): void {
    const { box, pid, execId, isInit } = real;
    this.#living.set(pid, real);
    const before = this.#exits.get(pid);
    const isClear = before === undefined || (before.isTold && before.at + TRAILING < this.#time);
    this.#record('process.start', real, { mayBeLost: isClear });
    if (box === undefined || (!isInit && execId === undefined)) return;
    const at = this.#time + lag;
    this.#heldUntil.set(pid, at);
    const list = box.asked && isInit ? this.#list(box) : undefined;
    this.#facts.push(() => {
      if (execId !== undefined) return this.#world.containerd.exec(box.id, execId, pid, at);
      this.#world.containerd.run(box.id, pid, at);
      list?.();
    });
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
    const isTold = this.#record('process.exit', real, { mayBeLost: true });
    this.#exits.set(pid, { at: this.#time, isTold });
    if (isInit && box !== undefined) {
      this.#news('job.stop', box, { aboutJob: box.job });
      if (box.silo !== undefined) this.#news('container.silo.stop', box, { aboutSilo: box.silo });
    }
    if (box === undefined || (!isInit && execId === undefined)) return;
    const at = this.#time + lag;
    this.#facts.push(() => this.#world.containerd.exit(box.id, pid, at, execId));
  }

  #record(eventName: string, { pid, box, says }: Real, how: How = {}): boolean {
    this.#time += 1;
    const stamp = how.isStamped === true && box?.silo !== undefined ? { silo: box.silo } : {};
    const isLost = how.mayBeLost === true && this.#loses;
    if (isLost) this.#loses = false;
    else this.#tell(told(eventName, pid, this.#time, eventName === 'process.start' ? says : stamp), box);
    return !isLost;
  }

  #tell(record: LogRecord, box: Box | undefined): void {
    this.#whose.set(record.hrTime.join('.'), box?.id);
    this.#trace.push(() => this.#world.take(record));
  }

  async #comes(kind: 'trace' | 'containerd' | 'timer', count: number): Promise<void> {
    if (kind === 'timer') this.#clock.tick(count * 10);
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

const act = (kind: Act['kind'], pid: Act['pid']): Act => ({
  kind,
  pid,
  other: 100,
  isolation: 'process',
  gap: 1,
  lag: 1,
});
/** What once was found wrong. */
const FOUND_WRONG: [Action[]][] = [
  // A container whose whole life containerd never told of had the session before.
  [[act('init', 104), act('exit', 104), act('init', 100), act('reconnect', 100), act('host', 108)]],
  // Start and exit of a container's process are lost, and its pid is used again at once.
  [[act('lose', 100), act('init', 100), act('lose', 100), act('exit', 100), act('early', 100)]],
];

test('attribution: no record is given another’s container, none is left behind, each process keeps its order', async (t) => {
  fakeClock(t);
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 150, size: 'max' }), async (actions) => {
      const run = new Run(t.mock.timers);
      for (const what of await run.all(actions)) seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
    { numRuns: 400, examples: FOUND_WRONG },
  );
  // A processor that finds nothing would never be wrong.
  assert.ok(2 * (seen.get('found') ?? 0) > (seen.get('not found') ?? 0), JSON.stringify([...seen]));
});
