import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { eventRecord, lifeRecord, type Told } from '../../test/support/process_records.ts';
import type { KnownProcess } from './known_process.ts';
import { ProcessTable } from './process_table.ts';

// Records that no Windows would write, in any order: whoever can write events can write these.

const pid = fc.constantFrom(0, 4, 8, 12, 4_294_967_295);
const micros = fc.integer({ min: 0, max: 20_000_000 });
const number = fc.constantFrom(0, 1, 2, 3, 90_000);
const told: fc.Arbitrary<Told> = fc.record(
  {
    name: fc.constantFrom('a', 'b', ''),
    parentPid: pid,
    sequence: number,
    parentSequence: number,
    created: micros,
    commandLine: fc.constantFrom('x', 'y'.repeat(5000)),
  },
  { requiredKeys: [] },
);
const record = fc.oneof(
  fc
    .tuple(fc.constantFrom('process.start', 'process.exit', 'process.rundown'), pid, micros, told)
    .map((args) => lifeRecord(...args)),
  fc
    .tuple(
      pid,
      micros,
      fc.option(number, { nil: undefined }),
      fc.constantFrom('file.create', 'process.thread.start'),
    )
    .map(([id, time, key, eventName]) => eventRecord(id, time, key, { eventName })),
);

test('process table: hostile records in any order: processes of one pid do not overlap, and all stays bounded', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 80, size: 'max' }),
      fc.integer({ min: 3, max: 30 }),
      (records, most) => {
        const table = new ProcessTable({ maxProcesses: most, keepExited: 3_000_000 });
        const all = new Set<KnownProcess>();
        for (const one of records) {
          const process = table.take(one) ?? assert.fail();
          table.resolveParent(process);
          all.add(process);
          assert.ok(process.since <= process.until);
          assert.ok(process.ancestors(5).length <= 5 && Number.isSafeInteger(process.chainRevision()));
          assert.ok(table.size <= most);
        }
        assertApart([...all].filter(({ left }) => left === undefined));
      },
    ),
    { numRuns: 300 },
  );
});

function assertApart(processes: readonly KnownProcess[]): void {
  for (const one of processes)
    for (const other of processes) {
      if (one === other || one.pid !== other.pid) continue;
      const apart = one.until <= other.since || other.until <= one.since;
      assert.ok(apart, `[${one.since}, ${one.until}] and [${other.since}, ${other.until}]`);
    }
}
