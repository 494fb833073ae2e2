import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { until } from '../interop/peers/process.ts';
import { haveTraces, ROOT, traceBytes, tracePath } from '../interop/shared_data.ts';
import { LiveRun, liveConfig, renumberVolumes, replayed, SESSION, sortedLines } from './live_bench.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { NODE_22, NODE_24 } from './peers/node.ts';
import { type Machine, type StandinBench, standinBench } from './standin_bench.ts';

const standin = await standinBench();
const [older, newer] = [await windowsBench(NODE_22), await windowsBench(NODE_24)];
const missing = [older, newer].find(({ kind }) => kind === 'missing');
const skip =
  'kind' in standin ? standin.reason : missing?.kind === 'missing' ? missing.reason : (false as const);
const machines = (): StandinBench => ('kind' in standin ? assert.fail(standin.reason) : standin);
function bench(version: typeof NODE_22 | typeof NODE_24 = NODE_22): WindowsBench {
  const result = version === NODE_22 ? older : newer;
  return result.kind === 'ready' ? result.bench : assert.fail(result.reason);
}
after(() => {
  for (const result of [older, newer]) if (result.kind === 'ready') result.bench.dispose();
});

/** Recorded where Wine's C: is. */
const DEMO = renumberVolumes(gunzipSync(readFileSync(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz'))), {
  1: 9,
  3: 1,
});
const DEMO_EVENTS = 840;

/** So that nothing is late, however slow the machine: late events are not joined as those of a recording. */
const PATIENT = ['reorder_window: 1m'];

interface Case {
  readonly title: string;
  readonly trace: () => Uint8Array;
  readonly node?: typeof NODE_24;
  readonly build?: 'server2019';
  readonly session: readonly string[];
  /** How the events come. */
  readonly path: 'raw' | 'record';
  /** Records that a replay shows without a drive: it learns the volume's letter from later events. */
  readonly unknownVolume?: number;
}

const PATHS = ['raw', 'record'] as const;
const recorded = (id: string) => () => renumberVolumes(traceBytes(tracePath(id)), { 1: 9, 3: 1 });
/** Each costs Windows' start and a replay: so every trace does not go every way. */
const CASES: readonly Case[] = [
  { title: 'the demo', trace: () => DEMO, session: [], path: 'raw' },
  { title: 'the demo on Server 2019', trace: () => DEMO, build: 'server2019', session: [], path: 'record' },
  {
    title: 'the demo, as a system logger with the kernel’s processes',
    trace: () => DEMO,
    session: ['kernel: [process]'],
    path: 'raw',
  },
  { title: 'the demo, node.exe 24', trace: () => DEMO, node: NODE_24, session: [], path: 'raw' },
  ...(haveTraces()
    ? [
        {
          title: 'TraceLogging',
          trace: recorded('amsi-tl-w10'),
          session: ['consumption: record'],
          path: 'record' as const,
        },
        ...PATHS.map(
          (path): Case => ({
            title: 'the kernel logger',
            trace: recorded('shutdown-kernel-w10'),
            session: [`consumption: ${path}`],
            path,
            unknownVolume: 1,
          }),
        ),
      ]
    : []),
];

for (const { title, trace, node, build, session, path, unknownVolume = 0 } of CASES) {
  test(`${title}, ${path}: the records of the session are those of the recording`, { skip }, async (t) => {
    const { standin } = machines().machine(t, build);
    const bytes = trace();
    standin.play(bytes);
    const run = new LiveRun(bench(node), standin, (output) => liveConfig(output, session, PATIENT));
    t.after(() => run.process.kill());
    const expected = sortedLines(await replayed(bytes, standin));
    await run.through();
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(` session=${SESSION} buffers=${path} `));
    const actual = sortedLines(run.records());
    assert.equal(actual.length, expected.length);
    const different = actual.filter((line, i) => line !== expected[i]);
    assert.equal(different.length, unknownVolume, different[0]);
    assertBalanced(run, standin.session(SESSION));
  });
}

/** All that the session's buffers held was read or counted as lost. */
function assertBalanced(run: LiveRun, session: ReturnType<Machine['standin']['session']>): void {
  assert.ok(session !== undefined && !session.running, 'no session is left');
  const { read, sessions } = run.account();
  const counters = sessions[SESSION] ?? {};
  const { buffersWritten, buffersDelivered = 0, realTimeBuffersLost = 0 } = counters;
  assert.equal(buffersWritten, session.buffersWritten);
  assert.equal(buffersDelivered + realTimeBuffersLost, buffersWritten);
  // Whole buffers that were lost are no events that anybody counted, but for those that found none free.
  const counted = session.eventsDelivered + session.eventsLost;
  assert.equal(read, counted);
}

for (const path of PATHS) {
  test(`${path}: stopped in the middle, all that was handed over is there`, { skip }, async (t) => {
    const { standin } = machines().machine(t);
    standin.play(DEMO);
    standin.control({ loop: 1000, rate: 4000 });
    const run = new LiveRun(bench(), standin, (output) => liveConfig(output, [`consumption: ${path}`]));
    t.after(() => run.process.kill());
    await run.delivered(2000);
    const began = performance.now();
    const { stderr } = await run.stop();
    t.diagnostic(`stopped in ${Math.round(performance.now() - began)} ms`);
    assert.match(stderr, /asked to stop/);
    assertBalanced(run, standin.session(SESSION));
  });
}

test('killed and started again: the session is taken over, and stopped in the end', { skip }, async (t) => {
  const { standin } = machines().machine(t);
  standin.play(DEMO);
  const first = new LiveRun(bench(), standin, liveConfig);
  t.after(() => first.process.kill());
  await first.through();
  await first.process.kill();
  const left = standin.session(SESSION);
  assert.ok(left?.running);
  const second = new LiveRun(bench(), standin, liveConfig);
  t.after(() => second.process.kill());
  await second.through();
  await second.stop();
  assert.equal(second.account().read, DEMO_EVENTS);
  const sessions = standin.sessions();
  assert.deepEqual(
    sessions.map(({ running, guid }) => [running, guid]),
    [
      [false, left.guid],
      [false, left.guid],
    ],
  );
});

test('a session of somebody else is left alone', { skip }, async (t) => {
  const machine = machines().machine(t);
  await machine.ask('start', SESSION);
  const run = new LiveRun(bench(), machine.standin, liveConfig);
  const { code, stderr } = await run.process.ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /receiver etw cannot start: session sigel-test: /);
  assert.equal(machine.standin.session(SESSION)?.running, true);
  assert.deepEqual(machine.standin.calls('ControlTraceW stop'), []);
});

test('attached to, a session of somebody else is read, and neither changed nor stopped', {
  skip,
}, async (t) => {
  const machine = machines().machine(t);
  const { standin } = machine;
  standin.play(DEMO);
  await machine.ask('start', SESSION);
  const run = new LiveRun(bench(), standin, (output) =>
    liveConfig(output, ['attach: true'], PATIENT).replace(/^ *providers:.*\n/m, ''),
  );
  t.after(() => run.process.kill());
  await until('all of it was handed over', () => standin.session(SESSION)?.eventsDelivered === DEMO_EVENTS);
  const { code, stderr } = await run.stop();
  assert.equal(code, 0, stderr);
  assert.equal(run.account().read, DEMO_EVENTS);
  assert.equal(standin.session(SESSION)?.running, true);
  for (const call of ['ControlTraceW stop', 'ControlTraceW flush', 'EnableTraceEx2'])
    assert.deepEqual(standin.calls(call), []);
});

test('losses: of the kernel, on the way, and in the ring', { skip }, async (t) => {
  const { standin } = machines().machine(t);
  standin.play(DEMO);
  standin.control({ lose_every: 5, loop: 20 });
  const tight = ['ring_size: 64KiB', 'max_block: 1ms', 'poll_interval: 100ms'];
  const run = new LiveRun(bench(), standin, (output) => liveConfig(output, [], tight));
  t.after(() => run.process.kill());
  await run.through();
  standin.control({ events_lost: 7 });
  await run.until('the loss was told', () => /cause=kernel events=7/.test(run.process.stderr()));
  await run.stop();
  const { read, lost, sessions } = run.account();
  const counters = sessions[SESSION] ?? {};
  const session = standin.session(SESSION);
  assert.ok(session !== undefined && session.realTimeBuffersLost > 0);
  assert.equal(counters['buffersWritten'], session.buffersWritten);
  assert.equal((counters['buffersDelivered'] ?? 0) + session.realTimeBuffersLost, session.buffersWritten);
  assert.ok((counters['buffersDropped'] ?? 0) > 0);
  assert.deepEqual(lost, { kernel: 7, ring: counters['eventsDropped'] });
  assert.equal(read, session.eventsDelivered + 7);
  const told = run.records().filter(({ eventName }) => eventName === 'sigel.agent.events_lost');
  const text = JSON.stringify(told);
  for (const cause of ['kernel', 'real_time', 'ring']) assert.match(text, new RegExp(`"${cause}"`));
});

test('a consumer that ends unasked begins anew, and says so', { skip }, async (t) => {
  const { standin } = machines().machine(t);
  standin.play(DEMO);
  standin.control({ end_at: 5 });
  const run = new LiveRun(bench(), standin, liveConfig);
  t.after(() => run.process.kill());
  await run.through();
  await run.stop();
  const records = run.records();
  const restarts = records.filter(({ eventName }) => eventName === 'sigel.agent.consumer_restarted');
  assert.equal(restarts.length, 1);
  // The second consumer's header buffer came beside the first's.
  assertBalanced(run, standin.session(SESSION));
});

test('a provider that somebody else disables is enabled again, and told', { skip }, async (t) => {
  const machine = machines().machine(t);
  const { standin } = machine;
  standin.play(DEMO);
  const run = new LiveRun(bench(), standin, (output) => liveConfig(output, [], ['poll_interval: 100ms']));
  t.after(() => run.process.kill());
  await run.through();
  assert.deepEqual(await machine.ask('disable', SESSION), ['disable 0']);
  await run.until('it is told', () =>
    run.process.stderr().includes('a provider was disabled by somebody else'),
  );
  assert.deepEqual(
    standin.session(SESSION)?.providers.map(({ enabled }) => enabled),
    [true],
  );
  await run.stop();
  const told = run.records().filter(({ eventName }) => eventName === 'sigel.agent.provider_disabled');
  assert.equal(told.length, 1);
  assertBalanced(run, standin.session(SESSION));
});

for (const path of PATHS)
  test(`${path}: canaries come back through the session, the rules and the exporter`, { skip }, async (t) => {
    const { standin } = machines().machine(t);
    standin.play(DEMO);
    const run = new LiveRun(bench(), standin, (output) =>
      liveConfig(output, [`consumption: ${path}`], [], '2s')
        .replace('exporters:', 'processors: { signature: { min_level: critical } }\nexporters:')
        .replace('exporters: [file]', 'processors: [signature], exporters: [file]'),
    );
    t.after(() => run.process.kill());
    await run.until('one has come back', () => run.process.stderr().includes('canaries come back'));
    await run.stop();
    assert.ok(standin.calls('EventWriteString').every((call) => call.includes(' sessions=1 ')));
    assert.ok(run.records().some(({ eventName }) => eventName === 'sigel.agent.canary'));
    assert.ok(!run.records().some(({ eventName }) => eventName === 'sigel.detection'));
    assertBalanced(run, standin.session(SESSION));
  });

const REFUSALS: [title: string, settings: Record<string, string | number>, says: RegExp][] = [
  ['access denied', { 'fail.StartTraceW': 5 }, /ERROR_ACCESS_DENIED, 5\); run Sigel as LocalSystem/],
  ['opening is denied', { 'fail.OpenTraceFromRealTimeLogger': 5 }, /ERROR_ACCESS_DENIED, 5\)/],
];
for (const [title, settings, says] of REFUSALS) {
  test(`${title}: it does not start, says what to do, and leaves no session`, { skip }, async (t) => {
    const { standin } = machines().machine(t);
    standin.control(settings);
    const { code, stderr } = await new LiveRun(bench(), standin, liveConfig).process.ended;
    assert.notEqual(code, 0);
    assert.match(stderr, says);
    assert.ok(standin.sessions().every(({ running }) => !running));
  });
}
