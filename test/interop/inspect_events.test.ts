import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelClass } from './expected_counts.ts';
import { assertSame, Items } from './pairing.ts';
import { type ReferenceEvent, readReference } from './reference_reader.ts';
import { index, NO_TRACES, traceBytes, tracePath } from './shared_data.ts';
import { sigel } from './sigel.ts';

/** A line of `sigel inspect --events`. */
interface Line {
  readonly time: string;
  readonly kind: string;
  readonly provider: string | null;
  readonly event: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly cpu: number;
}

const ids = NO_TRACES === false ? index().map((row) => row['id'] ?? '') : [];

test('inspect --events shows every event of a trace, in time order', { skip: NO_TRACES }, async (t) => {
  for (const id of ids) await t.test(id, () => compare(id));
});

async function compare(id: string): Promise<void> {
  const run = await sigel(['inspect', '--events', tracePath(id)]);
  assert.equal(run.code, 0, run.stderr);
  const lines = run.stdout.trimEnd().split('\n').map(parse);
  const times = lines.map(({ time }) => time);
  assert.ok(
    times.every((time, i) => i === 0 || (times[i - 1] ?? '') <= time),
    'in time order',
  );
  const found = new Items();
  for (const line of lines) found.add(keyOf(line), nanoseconds(line.time));
  const expected = new Items();
  for (const event of readReference(traceBytes(tracePath(id)))) expected.add(expectedKey(event), event.time);
  assertSame(found, expected);
}

function parse(line: string): Line {
  const parsed: Line = JSON.parse(line);
  return parsed;
}

function keyOf({ kind, provider, id, version, opcode, pid, tid, cpu }: Line): string {
  return [kind, provider ?? '', id, version, opcode, known(pid), known(tid), cpu].join(' ');
}

/** Some headers write 0xFFFFFFFF where there is no process or thread, which the reference takes for none. */
function known(id: number | null): number | '' {
  return id === null || id === 0xffff_ffff ? '' : id;
}

function expectedKey({ kind, provider, id, version, opcode, pid, tid, cpu }: ReferenceEvent): string {
  const group = kind === 'kernel' ? Number(provider.slice('group-'.length)) : undefined;
  const guid = group === undefined ? provider : (kernelClass(group, opcode) ?? '');
  return [kind, guid, id, version, opcode, pid ?? '', tid ?? '', cpu].join(' ');
}

function nanoseconds(time: string): bigint {
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 27)) * 100n;
}
