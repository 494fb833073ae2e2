import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { kernelClass } from '../../src/etw/catalogue/kernel_groups.ts';
import { type ReferenceEvent, readReference } from '../interop/reference_reader.ts';
import { haveTraces, ROOT, traceBytes, tracePath } from '../interop/shared_data.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { windowsPath } from './peers/wine.ts';
import type { ConsumeAnswer, ConsumeWish } from './programs/consume.ts';
import { type Machine, type StandinBench, standinBench } from './standin_bench.ts';

const [standin, windows] = [await standinBench(), await windowsBench()];
const skip = 'kind' in standin ? standin.reason : windows.kind === 'missing' ? windows.reason : false;
const machines = (): StandinBench => ('kind' in standin ? assert.fail(standin.reason) : standin);
const bench = (): WindowsBench => (windows.kind === 'ready' ? windows.bench : assert.fail('no bench'));
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

const DEMO = gunzipSync(readFileSync(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz')));
const DEMO_BUFFERS = 14;
const DEMO_EVENTS = 840;

interface Consumed extends ConsumeAnswer {
  readonly events: readonly ReferenceEvent[];
}

/** Consumes session S of a machine in node.exe; the events as the tests' own reader finds them. */
async function consume(machine: Machine, wish: Partial<ConsumeWish> = {}): Promise<Consumed> {
  const output = join(machine.standin.folder, 'buffers.out');
  const whole: ConsumeWish = {
    session: 'S',
    consumption: 'auto',
    bufferSize: 65_536,
    ringSize: 1 << 22,
    maxBlock: 5000,
    slow: 0,
    output: windowsPath(output),
    ...wish,
  };
  const program = join(import.meta.dirname, 'programs', 'consume.ts');
  const { code, stdout, stderr } = await bench().runScript(
    program,
    [bench().folder, JSON.stringify(whole)].map(String),
    { env: machine.standin.env },
  );
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  const answer = JSON.parse(stdout) as ConsumeAnswer;
  const bytes = readFileSync(output);
  return { ...answer, events: bytes.length === 0 ? [] : [...readReference(bytes)] };
}

/** What the record path keeps of an event: kernel events come as classic ones of their class. */
function asRecord(event: ReferenceEvent): string {
  const group = /^group-0x(..)$/.exec(event.provider)?.[1];
  const provider =
    group === undefined ? event.provider : kernelClass(Number.parseInt(group, 16), event.opcode).guid;
  const { time, id, version, opcode, pid, tid, cpu, pointerSize, payload } = event;
  return [time, provider, id, version, opcode, pid, tid, cpu, pointerSize, payload.toString('hex')].join(' ');
}

/** Each event as a line, sorted: packing record by record keeps the order of each processor only. */
function lines(events: readonly ReferenceEvent[]): string[] {
  return events.map(asRecord).toSorted();
}

function assertSame(actual: readonly string[], expected: readonly string[]): void {
  assert.equal(actual.length, expected.length);
  // One by one: the difference of two long lists takes a minute to show.
  for (const [i, line] of actual.entries()) assert.equal(line, expected[i], `event ${i}`);
}

const TRACES: [title: string, load: () => Uint8Array][] = [
  ['the demo', () => DEMO],
  ...(haveTraces() ? ['kernel-network-w7', 'shutdown-kernel-w10'] : []).map(
    (id): [string, () => Uint8Array] => [id, () => traceBytes(tracePath(id))],
  ),
];

for (const [title, load] of TRACES) {
  for (const consumption of ['raw', 'record'] as const) {
    test(`${title}, ${consumption}: every event comes out of the ring`, { skip }, async (t) => {
      const machine = machines().machine(t);
      const trace = load();
      machine.standin.play(trace);
      machine.standin.control({ end: 1 });
      await machine.ask('start', 'S');
      const consumed = await consume(machine, { consumption });
      assert.deepEqual([consumed.path, consumed.end], [consumption, { status: 0 }]);
      assertSame(lines(consumed.events), lines([...readReference(trace)]));
      const session = machine.standin.session('S');
      assert.equal(consumed.counters['buffersDelivered'], session?.buffersWritten);
      const { length } = consumed.events;
      t.diagnostic(`${length} events, ${Math.round(consumed.milliseconds)} ms`);
    });
  }
}

const FALLBACKS: {
  readonly title: string;
  readonly settings: Record<string, number>;
  readonly build?: 'server2019';
  readonly why?: RegExp;
  /** Beside those of the trace. */
  readonly more?: number;
}[] = [
  // The header buffer (two events) was taken before the bad one came; the other path has it again.
  {
    title: 'a buffer filled to behind its end',
    settings: { bad_filled: 1 },
    why: /filled to/,
    more: 2,
  },
  { title: 'no header buffer', settings: { no_header: 1 }, why: /first buffer has type 0/ },
  { title: 'Server 2019', settings: {}, build: 'server2019' },
  // In place of the header buffer's two events, the header that is made of what OpenTraceW said.
  {
    title: 'Server 2019, no record of the header',
    settings: { no_header_record: 1 },
    build: 'server2019',
    more: -1,
  },
];
for (const { title, settings, build, why, more = 0 } of FALLBACKS) {
  test(`${title}: it is consumed record by record`, { skip }, async (t) => {
    const machine = machines().machine(t, build);
    machine.standin.play(DEMO);
    machine.standin.control({ end: 1, ...settings });
    await machine.ask('start', 'S');
    const { path, fallback, events } = await consume(machine);
    assert.equal(path, 'record');
    if (why === undefined) assert.equal(fallback, undefined);
    else assert.match(fallback ?? '', why);
    assert.equal(events.length, DEMO_EVENTS + more);
  });
}

test('a reader that is too slow loses whole buffers, and all are accounted for', { skip }, async (t) => {
  const machine = machines().machine(t);
  machine.standin.play(DEMO);
  machine.standin.control({ end: 1, loop: 10 });
  await machine.ask('start', 'S');
  const { read, counters, events } = await consume(machine, { ringSize: 1 << 17, maxBlock: 5, slow: 50 });
  const session = machine.standin.session('S');
  assert.equal(session?.buffersWritten, 1 + 10 * (DEMO_BUFFERS - 1));
  const { buffersDelivered = 0, buffersDropped = 0, eventsDropped = 0 } = counters;
  assert.ok(buffersDropped > 0);
  assert.equal(buffersDelivered, session.buffersWritten);
  assert.equal(read + buffersDropped, buffersDelivered);
  assert.equal(events.length + eventsDropped, session.eventsWritten);
});

for (const consumption of ['raw', 'record'] as const) {
  test(`${consumption}: marks of losses are counted`, { skip }, async (t) => {
    const machine = machines().machine(t);
    machine.standin.play(DEMO);
    machine.standin.control({ end: 1, lose_every: 4, events_lost: 7 });
    await machine.ask('start', 'S');
    const { counters } = await consume(machine, { consumption });
    assert.deepEqual([counters['eventLossMarks'], counters['bufferLossMarks']], [1, 3]);
  });
}

const FAILURES: [title: string, settings: Record<string, number>, status: number][] = [
  ['OpenTraceFromRealTimeLogger is denied', { 'fail.OpenTraceFromRealTimeLogger': 5 }, 5],
  ['ProcessTrace fails', { 'fail.ProcessTrace': 1450 }, 1450],
];
for (const [title, settings, status] of FAILURES) {
  test(`${title}: the end says so`, { skip }, async (t) => {
    const machine = machines().machine(t);
    machine.standin.control(settings);
    await machine.ask('start', 'S');
    const { end, read } = await consume(machine, { consumption: 'raw' });
    assert.equal((end as { status: number }).status, status);
    assert.equal(read, 0);
  });
}
