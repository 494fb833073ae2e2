import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventRecord, lifeRecord, own, type Told } from '../../test/support/process_records.ts';
import { Attr } from '../model/attributes.ts';
import type { KnownProcess } from './known_process.ts';
import { ProcessTable } from './process_table.ts';

const LIMITS = { maxProcesses: 1000, keepExited: 120e6 };
const SECOND = 1e6;
const MS = 1000;

interface Setup {
  readonly table: ProcessTable;
  readonly start: (pid: number, micros: number, told?: Told) => KnownProcess;
  readonly exit: (pid: number, micros: number, told?: Told) => KnownProcess;
  readonly rundown: (pid: number, micros: number, told?: Told) => KnownProcess;
  readonly event: (pid: number, micros: number, key?: number, eventName?: string) => KnownProcess;
}

function setup(limits = LIMITS): Setup {
  const table = new ProcessTable(limits);
  const take = (record: Parameters<ProcessTable['take']>[0]) => table.take(record) ?? assert.fail();
  return {
    table,
    start: (pid, t, told) => take(lifeRecord('process.start', pid, t, told)),
    exit: (pid, t, told) => take(lifeRecord('process.exit', pid, t, told)),
    rundown: (pid, t, told) => take(lifeRecord('process.rundown', pid, t, told)),
    event: (pid, t, key, eventName = 'file.create') => take(eventRecord(pid, t, key, { eventName })),
  };
}

/** Each yields the names expected and found. */
const cases: readonly [title: string, run: (s: Setup) => readonly unknown[], expected: readonly unknown[]][] =
  [
    [
      'a record in the second after the exit is of the process, a later one is not',
      ({ start, exit, event }) => {
        start(8, 0, { name: 'a' });
        exit(8, SECOND);
        return [event(8, 1.9 * SECOND).facts.name, event(8, 2.1 * SECOND).facts.name];
      },
      ['a', undefined],
    ],
    [
      'a record that comes late is of the process that lived then',
      ({ start, exit, event }) => {
        start(8, 0, { name: 'a' });
        exit(8, 10 * MS);
        start(8, 20 * MS, { name: 'b' });
        return [event(8, 30 * MS), event(8, 5 * MS), event(8, 15 * MS)].map(({ facts }) => facts.name);
      },
      ['b', 'a', 'a'],
    ],
    [
      'a start that comes late is put where its time is',
      ({ start, event }) => {
        start(8, 20 * MS, { name: 'b' });
        start(8, 0, { name: 'a' });
        return [event(8, 10 * MS), event(8, 30 * MS)].map(({ facts }) => facts.name);
      },
      ['a', 'b'],
    ],
    [
      'records between creation and start are of the new process',
      ({ start, exit, event }) => {
        start(8, 0, { name: 'a', created: 0, sequence: 1 });
        exit(8, 5 * MS, { created: 0, sequence: 1 });
        const early = event(8, 11 * MS, undefined, 'process.module.load');
        const started = start(8, 12 * MS, { name: 'b', created: 10 * MS, sequence: 2 });
        return [early === started, early.facts.name];
      },
      [true, 'b'],
    ],
    [
      'an exit of another than the one known: both end',
      ({ start, exit, event }) => {
        start(8, 0, { name: 'a', sequence: 1 });
        const b = exit(8, SECOND, { name: 'b', sequence: 2, created: 0.5 * SECOND });
        return [b.facts.name, event(8, 0.2 * SECOND).facts.name, event(8, 0.7 * SECOND).facts.name];
      },
      ['b', 'a', 'b'],
    ],
    [
      'two providers tell of one start and one exit',
      ({ table, start, exit }) => {
        const one = start(8, 0, { name: 'a', sequence: 1, created: 0 });
        const two = start(8, 30, { name: 'a', commandLine: 'a /x' });
        const end = exit(8, SECOND, { sequence: 1 });
        const end2 = exit(8, SECOND + 20, { name: 'a' });
        return [one === two, one === end, one === end2, one.facts.commandLine, table.size];
      },
      [true, true, true, 'a /x', 1],
    ],
    [
      'a batch that is offered again teaches nothing twice',
      ({ table, start, exit }) => {
        for (let round = 0; round < 2; round++) {
          start(8, 0, { name: 'a' });
          exit(8, MS, { name: 'a' });
          start(8, 2 * MS, { name: 'a' });
          exit(8, 3 * MS, { name: 'a' });
        }
        return [table.size];
      },
      [2],
    ],
    [
      'rundown of a process with another creation time than the one known: it is another',
      ({ rundown, event }) => {
        rundown(8, 0, { name: 'a', created: 0 });
        rundown(8, SECOND, { name: 'b', created: 0.5 * SECOND });
        return [event(8, 0.2 * SECOND).facts.name, event(8, 2 * SECOND).facts.name];
      },
      ['a', 'b'],
    ],
    [
      'a start key tells processes apart where starts and exits were lost',
      ({ start, event }) => {
        start(4000, 0, { name: 'a', sequence: 1 });
        event(4000, MS, 1);
        const other = start(8, 2 * MS, { name: 'b', sequence: 2 });
        return [
          event(8, 3 * MS, 9).facts.name,
          event(8, 4 * MS, 9) === event(8, 5 * MS, 9),
          other.until < 1e20,
        ];
      },
      [undefined, true, true],
    ],
    [
      'numbers that are not in start keys are not believed to be',
      ({ start, event }) => {
        start(8, 0, { name: 'a', sequence: 77 });
        return [event(8, MS, 9).facts.name, event(8, 2 * MS, 9).facts.name];
      },
      ['a', 'a'],
    ],
    [
      'a parent has to have lived at the creation',
      ({ start, exit, rundown }) => {
        start(16, 0, { name: 'old' });
        exit(16, MS);
        const orphan = start(20, 2 * MS, { parentPid: 16 });
        start(16, 3 * MS, { name: 'new' });
        const child = start(24, 4 * MS, { parentPid: 16 });
        const listed = rundown(28, 5 * MS, { parentPid: 16, created: 0.5 * MS });
        return [orphan, child, listed].map(({ parent }) => parent?.facts.name);
      },
      [undefined, 'new', 'old'],
    ],
    [
      'a process is not its own parent, and none is its child’s child',
      ({ table, start, rundown }) => {
        const self = start(8, 0, { parentPid: 8 });
        const one = rundown(12, 0, { parentPid: 16, parentSequence: 2, sequence: 1 });
        const two = rundown(16, 0, { parentPid: 12, parentSequence: 1, sequence: 2 });
        table.resolveParent(one);
        return [self.parent, two.parent === one, one.parent];
      },
      [undefined, true, undefined],
    ],
    [
      'a new boot, seen by the System process: all is forgotten',
      ({ table, rundown, event }) => {
        rundown(4, 0, { name: 'System', created: -5 * SECOND });
        rundown(8, 0, { name: 'a', created: 0 });
        rundown(4, 60 * SECOND, { name: 'System', created: 50 * SECOND });
        return [event(8, 61 * SECOND).facts.name, table.size];
      },
      [undefined, 2],
    ],
    [
      'a new boot, seen by numbers that begin anew',
      ({ start, event }) => {
        start(8, 0, { name: 'a', sequence: 90_000 });
        start(12, SECOND, { name: 'b', sequence: 30 });
        return [event(8, 2 * SECOND).facts.name];
      },
      [undefined],
    ],
    ['System is known', ({ event }) => [event(4, 0).label], ['System (4)']],
  ];

for (const [title, run, expected] of cases) {
  test(`process table: ${title}`, () => {
    assert.deepEqual(run(setup()), expected);
  });
}

test('process table: containerd tells of a start before the trace does', () => {
  const { table, start, event } = setup();
  start(8, 0, { name: 'before' });
  const said = own([
    [Attr.processPid, 8],
    [Attr.containerOrigin, 'event'],
  ]);
  assert.equal(
    table.take(eventRecord(8, 3 * SECOND, undefined, { eventName: 'container.start', own: said })),
    undefined,
  );
  start(8, 2 * SECOND, { name: 'web' });
  assert.deepEqual(
    [event(8, SECOND), event(8, 4 * SECOND)].map(({ facts }) => facts.name),
    ['before', 'web'],
  );
  assert.equal(table.size, 2);
});

test('process table: exited processes are kept for a while, by event time', () => {
  const { table, start, exit } = setup({ maxProcesses: 1000, keepExited: 10 * SECOND });
  start(8, 0, { name: 'a' });
  exit(8, SECOND);
  start(12, 10 * SECOND);
  assert.equal(table.find(8, 1)?.pid, undefined);
  assert.equal(table.size, 2);
  start(16, 12 * SECOND);
  assert.equal(table.size, 2);
});

test('process table: bounded, however many processes come, and what was used last stays', () => {
  const { table, start, event } = setup({ maxProcesses: 64, keepExited: 120e6 });
  start(8, 0, { name: 'kept' });
  for (let i = 0; i < 5000; i++) {
    event(8, i * MS);
    if (i % 2 === 0) start(100 + i, i * MS + 1, { name: `p${i}`, parentPid: 8 });
    else event(100 + i, i * MS + 1);
    assert.ok(table.size <= 64);
  }
  assert.equal(event(8, 5000 * MS).facts.name, 'kept');
  assert.ok(table.evicted > 4000);
});

test('process table: long texts are bounded together', () => {
  const { table, start } = setup({ maxProcesses: 64, keepExited: 120e6 });
  for (let i = 0; i < 1000; i++) start(100 + i, i, { commandLine: 'x'.repeat(32_000) });
  assert.ok(table.size <= 17);
});

test('process table: what children show of a parent counts too', () => {
  const { table, start } = setup({ maxProcesses: 64, keepExited: 120e6 });
  start(8, 0, { commandLine: 'x'.repeat(32_000) });
  for (let i = 0; i < 1000; i++) start(100 + i, i, { parentPid: 8 });
  assert.ok(table.size <= 17);
});

test('process table: a chain of parents is not kept for ever, and ancestors are still named', () => {
  const { start, exit } = setup({ maxProcesses: 64, keepExited: SECOND });
  let last = start(100, 0, { name: 'p100' });
  for (let pid = 101; pid < 5000; pid++) {
    last = start(pid, (pid - 100) * MS, { name: `p${pid}`, parentPid: pid - 1 });
    exit(pid - 1, (pid - 100) * MS + 10);
  }
  let links = 0;
  for (let one = last.parent; one !== undefined; one = one.parent) links++;
  assert.ok(links <= 65);
  assert.deepEqual(last.ancestors(2), ['p4998 (4998)', 'p4997 (4997)']);
  assert.equal(last.ancestors().length, 16);
});
