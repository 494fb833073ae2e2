import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { expectedInspection } from './expected_counts.ts';
import { index, NO_TRACES, type Row, tracePath } from './shared_data.ts';
import { sigel } from './sigel.ts';

/** What `sigel inspect --json` says of one file. */
interface Inspected {
  readonly path: string;
  readonly logger: string;
  readonly os_build: number;
  readonly clock: string;
  readonly pointer_size: number;
  readonly cpus: number;
  readonly buffers: number;
  readonly events: number;
  readonly decoded: number;
  readonly lost_events: number;
  readonly lost_buffers: number;
  readonly start: string;
  readonly end: string;
  readonly errors: readonly unknown[];
  readonly by_event: readonly InspectedEvent[];
}
interface InspectedEvent {
  readonly kind: string;
  readonly provider: string | null;
  readonly provider_name: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly count: number;
  readonly decoded: number;
}

const rows = NO_TRACES === false ? index() : [];
const files = new Map<string, Inspected>();

before(async () => {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row['id'] ?? '');
  const run = await sigel(['inspect', '--json', ...ids.map(tracePath)]);
  assert.equal(run.code, 0, run.stderr);
  const { files: found }: { readonly files: readonly Inspected[] } = JSON.parse(run.stdout);
  assert.equal(found.length, ids.length);
  // One entry per file, in the order of the arguments.
  for (const [i, file] of found.entries()) files.set(ids[i] ?? '', file);
});

test('inspect --json says of every recorded trace what is known of it', {
  skip: NO_TRACES,
}, async (t) => {
  for (const row of rows) {
    const id = row['id'] ?? '';
    await t.test(`${id}: events by kind, provider, id, version and opcode`, () => {
      assert.deepEqual(countsOf(inspected(id)), expectedInspection(id));
    });
    await t.test(`${id}: the log header`, () => {
      assert.deepEqual(headerOf(inspected(id)), expectedHeader(row));
    });
    await t.test(`${id}: start and end`, () => {
      for (const edge of ['start', 'end'] as const) assertSameTime(inspected(id)[edge], row[edge] ?? '');
    });
  }
});

function inspected(id: string): Inspected {
  const file = files.get(id);
  assert.ok(file, `${id} is missing`);
  return file;
}

function countsOf(file: Inspected): Record<string, number> {
  const counts = new Map<string, number>();
  for (const e of file.by_event) {
    assert.ok(
      e.decoded >= 0 && e.decoded <= e.count,
      `${e.provider} ${e.id}: decoded ${e.decoded} of ${e.count}`,
    );
    const key = `${e.kind} ${e.provider} ${e.id} ${e.version} ${e.opcode}`;
    counts.set(key, (counts.get(key) ?? 0) + e.count);
  }
  return Object.fromEntries(counts);
}

function headerOf(file: Inspected) {
  const decoded = file.by_event.reduce((sum, e) => sum + e.decoded, 0);
  assert.equal(file.decoded, decoded, 'decoded is the sum over by_event');
  const { logger, os_build, clock, pointer_size, cpus, buffers, events, lost_events, errors } = file;
  return { logger, os_build, clock, pointer_size, cpus, buffers, events, lost_events, errors };
}

function expectedHeader(row: Row) {
  return {
    logger: row['logger'],
    os_build: Number(row['build']),
    clock: row['clock']?.toLowerCase(),
    pointer_size: Number(row['pointer_size']),
    cpus: Number(row['cpus']),
    buffers: Number(row['buffers_found']),
    events: Number(row['events']),
    lost_events: Number(row['events_lost']),
    errors: [],
  };
}

/** INDEX.tsv has microseconds, cut or rounded, where the file has 100 ns. */
function assertSameTime(actual: string, expected: string): void {
  assert.match(actual, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  const off = Math.abs(microseconds(actual) - microseconds(expected));
  assert.ok(off <= 1, `${actual} is not ${expected}`);
}

function microseconds(time: string): number {
  const fraction = Number(`0${/\.\d+/.exec(time)?.[0]}`);
  return Math.floor(Date.parse(time) / 1000) * 1e6 + fraction * 1e6;
}
