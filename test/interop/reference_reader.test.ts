import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectedCounts } from './expected_counts.ts';
import { readReference } from './reference_reader.ts';
import { index, NO_TRACES, TRACES, traceBytes, tracePath } from './shared_data.ts';

test('the reference reader counts what the recorded traces are known to hold', {
  skip: NO_TRACES,
}, async (t) => {
  for (const row of index()) {
    await t.test(row['id'], () => {
      const counts = new Map<string, number>();
      for (const event of readReference(traceBytes(join(TRACES, row['file'] ?? '')))) {
        const key = `${event.kind} ${event.provider} ${event.id} ${event.version} ${event.opcode}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      assert.deepEqual(Object.fromEntries(counts), expectedCounts(row['id'] ?? ''));
    });
  }
});

/** TraceEvent's names of some kernel events: group and opcode. */
const NAMES: Readonly<Record<string, readonly [group: string, opcode: number]>> = {
  'Windows Kernel/Process/DCStart': ['group-0x03', 3],
  'Windows Kernel/Thread/DCStart': ['group-0x05', 3],
  'Windows Kernel/Image/DCStart': ['group-0x14', 3],
  'Windows Kernel/PerfInfo/Sample': ['group-0x0f', 46],
  'Windows Kernel/SystemConfig/Network': ['group-0x0b', 17],
};

test('its times are those that TraceEvent shows, to the microsecond', { skip: NO_TRACES }, () => {
  const times = new Map<string, Set<string>>();
  let start: bigint | undefined;
  for (const event of readReference(traceBytes(tracePath('perfview452-x64-w8-xpress')))) {
    start ??= event.time;
    const key = `${event.provider} ${event.opcode}`;
    const known = times.get(key) ?? new Set<string>();
    // TraceEvent shows milliseconds since the start with three digits, rounded.
    times.set(key, known.add((Number(event.time - start) / 1e6).toFixed(3)));
  }
  let compared = 0;
  for (const line of readFileSync(join(TRACES, 'oracles', 'net.4.5.2.x64.baseline.txt'), 'utf8').split(
    '\n',
  )) {
    const [, shown = '', name = ''] = /^EVENT ([\d.,]+): (.*?) PID=/.exec(line) ?? [];
    const known = NAMES[name];
    if (known === undefined) continue;
    compared++;
    assert.ok(times.get(known.join(' '))?.has(shown.replaceAll(',', '')), line.slice(0, 80));
  }
  assert.ok(compared >= 15, `${compared} lines compared`);
});
