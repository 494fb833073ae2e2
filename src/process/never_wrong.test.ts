import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { eventRecord, lifeRecord, type Told } from '../../test/support/process_records.ts';
import type { KnownProcess } from './known_process.ts';
import { ProcessTable } from './process_table.ts';

// Whatever starts, exits and rundowns come or are lost, and however pids are used again: a record is given the process
// that it is of, or nothing; never another. What really happened is kept beside the table.

interface Real {
  readonly pid: number;
  readonly name: string;
  readonly sequence: number;
  readonly created: number;
  readonly parent: Real | undefined;
}

interface World {
  /** Kernel-Process tells sequence number and creation time, the kernel logger neither. */
  readonly numbers: boolean;
  /** Every other event carries a start key. */
  readonly keys: boolean;
  readonly startsLost: boolean;
  readonly exitsLost: boolean;
}

const PIDS = [8, 12, 16] as const;
const action = fc.record({
  kind: fc.constantFrom('start', 'exit', 'event', 'event', 'rundown'),
  pid: fc.constantFrom(...PIDS),
  parent: fc.constantFrom(...PIDS),
  gap: fc.constantFrom(1, 40, 700, 30_000, 1_500_000),
  lost: fc.boolean(),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly #world: World;
  readonly #table = new ProcessTable({ maxProcesses: 1000, keepExited: 5e6 });
  readonly #running = new Map<number, Real>();
  readonly #seen = new Set<Real>();
  readonly #known = new Map<Real, KnownProcess>();
  readonly #ended = new Map<number, number>();
  #time = 0;
  #sequence = 1;

  constructor(world: World) {
    this.#world = world;
    if (!world.keys) return;
    // The table believes what start keys are made of once it has seen it.
    this.#start({ kind: 'start', pid: 8, parent: 8, gap: 1, lost: false });
    this.#event(8);
  }

  do(act: Action): void {
    this.#time += act.gap;
    const runs = this.#running.has(act.pid);
    if (act.kind === 'start' && !runs) this.#start(act);
    else if (act.kind === 'exit' && runs) this.#exit(act);
    else if (act.kind === 'rundown' && runs) this.#rundown(act.pid);
    else if (act.kind === 'event' && runs) this.#event(act.pid);
  }

  #start({ pid, parent, lost }: Action): void {
    const real: Real = {
      pid,
      name: `p${this.#sequence}.exe`,
      sequence: this.#sequence++,
      created: this.#time,
      parent: this.#running.get(parent),
    };
    this.#running.set(pid, real);
    this.#time += 1;
    if (lost && this.#world.startsLost) return;
    this.#seen.add(real);
    this.#check(real, this.#table.take(lifeRecord('process.start', pid, this.#time, this.#told(real))));
  }

  #exit({ pid, lost }: Action): void {
    const real = this.#running.get(pid) ?? assert.fail();
    this.#running.delete(pid);
    this.#ended.set(pid, this.#time);
    if (lost && this.#world.exitsLost) return;
    this.#check(real, this.#table.take(lifeRecord('process.exit', pid, this.#time, this.#told(real))));
  }

  #rundown(pid: number): void {
    const real = this.#running.get(pid) ?? assert.fail();
    this.#seen.add(real);
    this.#check(real, this.#table.take(lifeRecord('process.rundown', pid, this.#time, this.#told(real))));
  }

  #event(pid: number): void {
    const real = this.#running.get(pid) ?? assert.fail();
    const key = this.#world.keys ? real.sequence : undefined;
    // Within a second after an exit only signs of life tell a process whose start was lost from the one before.
    const soon = this.#time - (this.#ended.get(pid) ?? -1e9) <= 1e6;
    const eventName = soon && !this.#seen.has(real) ? 'process.thread.start' : 'file.create';
    this.#check(real, this.#table.take(eventRecord(pid, this.#time, key, { eventName })));
  }

  #told(real: Real): Told {
    const { name, parent } = real;
    const common: Told = parent === undefined ? { name } : { name, parentPid: parent.pid };
    if (!this.#world.numbers) return common;
    const { sequence, created } = real;
    const parentSequence = parent?.sequence ?? 0;
    return { ...common, sequence, created, parentSequence };
  }

  #check(real: Real, found: KnownProcess | undefined): void {
    assert.ok(found !== undefined);
    this.#table.resolveParent(found);
    const { name } = found.facts;
    assert.ok(name === undefined || name === real.name, `${real.name} was taken for ${name}`);
    if (this.#seen.has(real)) assert.equal(name, real.name);
    const parent = found.parent?.facts.name;
    assert.ok(
      parent === undefined || parent === real.parent?.name,
      `${parent} for the parent ${real.parent?.name} of ${real.name}`,
    );
    // One process is one object, from its first record on.
    const before = this.#known.get(real);
    if (before !== undefined) assert.equal(found, before);
    this.#known.set(real, found);
  }
}

const worlds: readonly [title: string, world: World][] = [
  ['all is told', { numbers: true, keys: false, startsLost: false, exitsLost: false }],
  ['all is told by the kernel logger', { numbers: false, keys: false, startsLost: false, exitsLost: false }],
  ['starts are lost', { numbers: true, keys: false, startsLost: true, exitsLost: false }],
  [
    'starts of the kernel logger are lost',
    { numbers: false, keys: false, startsLost: true, exitsLost: false },
  ],
  ['exits are lost', { numbers: true, keys: false, startsLost: false, exitsLost: true }],
  [
    'exits of the kernel logger are lost',
    { numbers: false, keys: false, startsLost: false, exitsLost: true },
  ],
  [
    'both are lost, records have start keys',
    { numbers: true, keys: true, startsLost: true, exitsLost: true },
  ],
];

for (const [title, world] of worlds) {
  test(`no record is given another's process: ${title}`, () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: 'max' }), (actions) => {
        const run = new Run(world);
        for (const act of actions) run.do(act);
      }),
      { numRuns: 500 },
    );
  });
}
