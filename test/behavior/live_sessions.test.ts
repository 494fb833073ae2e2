import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryLimiterConfig } from '../../processors/memory_limiter/config.ts';
import { LogsMemoryLimiter } from '../../processors/memory_limiter/memory_limiter.ts';
import { etlConfig } from '../../receivers/etl/config.ts';
import { EtlReceiver } from '../../receivers/etl/receiver.ts';
import type { Host } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { total } from '../../src/telemetry/ledger.ts';
import { readBack } from '../scenario/read_back.ts';
import { scenario } from '../scenario/scenario.ts';
import {
  contextOf,
  type FakeSession,
  fakePlatform,
  type LiveRun,
  liveReceiver,
} from '../support/live_receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-live-'));
after(() => rmSync(folder, { recursive: true }));

const HOST: Host = {
  extension: () => assert.fail('no extension is wanted'),
  finished: () => assert.fail('a live receiver never finishes by itself'),
  fatal: (error) => assert.fail(error),
};
/** What a recording is told of before its events are let go: with it order is exact, however the traces were flushed. */
const PATIENT = { clock_correction: false, reorder_window: '1h' };

function story(processes = 60): FakeSession[] {
  const s = scenario({ kernel: 'separate', cpus: 4, images: true, session: { bufferSize: 16_384 } });
  const pod = s.container({
    session: 3,
    silo: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d',
    containerIdItems: 'ascii36',
  });
  const web = s.process({ commandLine: 'w3wp.exe -ap "Shop"', in: pod, user: 'S-1-5-82-1' });
  for (let i = 0; i < processes; i++) {
    s.after('9ms');
    if (i % 30 === 0) s.flushes();
    const shell = web.starts(`cmd.exe /c whoami ${i}`);
    shell.connects('192.0.2.7', 3333);
    shell.writesFile('C:\\Windows\\Temp\\x.exe').setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', i);
    shell.exits(0);
  }
  return [
    { name: 'events', trace: s.trace() },
    { name: 'kernel', trace: s.kernelTrace(), shedLast: true },
  ];
}

async function recorded(sessions: readonly FakeSession[]): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const include = sessions.map(({ name, trace }) => {
    const path = join(folder, `recorded-${name}.etl`);
    writeFileSync(path, trace);
    return path;
  });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const receiver = new EtlReceiver(contextOf('etl'), etlConfig.parse({ include }), {
    consumeLogs: (batch) => {
      records.push(...batch);
      return Promise.resolve(ACCEPTED);
    },
  });
  await receiver.start({ ...HOST, finished: resolve });
  assert.equal(await promise, undefined);
  await receiver.shutdown(AbortSignal.timeout(5000));
  return records;
}

const plain = ({ hrTime, eventName, severityNumber, body, attributes }: LogRecord) => ({
  hrTime,
  eventName,
  severityNumber,
  body,
  attributes,
});

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await sleep(5);
  assert.ok(condition(), what);
}

async function stopped(run: LiveRun): Promise<void> {
  await run.receiver.shutdown(AbortSignal.timeout(20_000));
  assert.equal(run.account.imbalance(), 0);
  assert.equal(run.account.emitted, run.records.length + total(run.account.dropped));
}

test('two live sessions give the records of their recordings, in order', async () => {
  const sessions = story();
  const expected = await recorded(sessions);
  const run = liveReceiver(fakePlatform(folder, sessions), PATIENT);
  await run.receiver.start(HOST);
  await sleep(50);
  await stopped(run);
  assert.deepEqual(run.records.map(plain), expected.map(plain));
  assert.ok(run.account.merged > 0, 'joined over sessions');
});

test('events go on while the sessions run, a flush interval later', async () => {
  const run = liveReceiver(fakePlatform(folder, story()), { clock_correction: false });
  await run.receiver.start(HOST);
  await until('records come before the end', () => run.records.length > 100);
  await stopped(run);
});

test('slow pipelines lose no event as long as there is room, and the kernel waits', async () => {
  const sessions = story(300);
  const expected = await recorded(sessions);
  const config = { ...PATIENT, ring_size: '64KiB', max_block: '1m', max_in_flight: '16KiB', batch_size: 100 };
  const run = liveReceiver(fakePlatform(folder, sessions), config, async () => {
    await sleep(1);
    return ACCEPTED;
  });
  await run.receiver.start(HOST);
  await sleep(300);
  await stopped(run);
  assert.equal(run.records.length, expected.length);
});

/** A pipeline that takes nothing until it is opened. */
interface Gate {
  readonly answer: (batch: LogBatch) => Promise<Outcome>;
  open(): void;
}

function slowGate(): Gate {
  const hold = Promise.withResolvers<void>();
  const answer = () => hold.promise.then(() => ACCEPTED);
  return { answer, open: () => hold.resolve() };
}

/** A `memory_limiter` above its limit. */
async function limiterGate(): Promise<Gate> {
  let used = 900;
  const memory = {
    available: 1000,
    heapAvailable: 1000,
    used: () => used,
    heapUsed: () => 0,
    collect: () => {},
  };
  const config = memoryLimiterConfig.parse({ check_interval: '10ms' });
  const next = { consumeLogs: () => Promise.resolve(ACCEPTED) };
  const limiter = new LogsMemoryLimiter(contextOf('memory_limiter'), config, next, async () => memory);
  await limiter.start();
  const open = () => {
    used = 0;
  };
  return { answer: (batch) => limiter.consumeLogs(batch), open };
}

/** Runs with little room everywhere and a pipeline that takes nothing until events were lost. */
async function overrun(sessions: readonly FakeSession[], gate: Gate = slowGate()): Promise<LiveRun> {
  const room = { ring_size: '64KiB', max_reorder: '64KiB', max_in_flight: '1KiB', batch_size: 10 };
  const config = { ...PATIENT, ...room, max_block: '1ms', poll_interval: '100ms' };
  const run = liveReceiver(fakePlatform(folder, sessions), config, gate.answer);
  await run.receiver.start(HOST);
  await until('events are lost', () => (run.account.lost.get('ring') ?? 0) > 0);
  gate.open();
  await stopped(run);
  return run;
}

test('what finds no room is lost, counted, and told by a record', async () => {
  const sessions = story(400).slice(0, 1);
  const run = await overrun(sessions);
  const losses = run.records.filter(({ eventName }) => eventName === 'sigel.agent.events_lost');
  const told = losses.reduce((sum, record) => sum + Number(record.attributes['sigel.lost.events']), 0);
  assert.equal(told, run.account.lost.get('ring'));
  assert.equal(losses[0]?.attributes['sigel.session.name'], 'events');
  assert.equal(losses[0]?.attributes['sigel.cause'], 'ring');
  assert.equal(run.account.made, losses.length);
  const whole = await recorded(sessions);
  assert.ok(run.records.length - losses.length < whole.length);
});

test('above the limit of memory, what finds no room is lost and counted, and nothing of the rest', async () => {
  const sessions = story(400).slice(0, 1);
  const { account, records } = await overrun(sessions, await limiterGate());
  assert.ok((account.lost.get('ring') ?? 0) > 0);
  assert.equal(account.imbalance(), 0);
  assert.deepEqual([records.length, account.dropped.size], [account.emitted, 0]);
});

test('when the pipelines are slow, the session of processes loses nothing while the others do', async () => {
  const s = scenario({ kernel: 'separate', cpus: 2, session: { bufferSize: 16_384 } });
  const web = s.process('w3wp.exe');
  for (let i = 0; i < 200; i++) {
    const shell = web.starts(`cmd.exe ${i}`);
    for (let n = 0; n < 10; n++) shell.connects('192.0.2.7', 3333 + n);
    shell.exits(0);
  }
  const sessions = [
    { name: 'events', trace: s.trace() },
    { name: 'kernel', trace: s.kernelTrace(), shedLast: true },
  ];
  const run = await overrun(sessions);
  const dropped = (name: string) => run.account.sessions.get(name)?.()['buffersDropped'];
  assert.equal(dropped('kernel'), 0);
  assert.ok((dropped('events') ?? 0) > 0);
});

test('what Windows lost is told: events as events, buffers as buffers', async () => {
  const facts = { eventsLost: 0, realTimeBuffersLost: 0 };
  const run = liveReceiver(
    fakePlatform(
      folder,
      story(3).map(({ name, trace }) => ({ name, trace, facts })),
    ),
    {
      ...PATIENT,
      poll_interval: '100ms',
    },
  );
  await run.receiver.start(HOST);
  Object.assign(facts, { eventsLost: 5, realTimeBuffersLost: 2 });
  await stopped(run);
  const losses = run.records.filter(({ eventName }) => eventName === 'sigel.agent.events_lost');
  assert.deepEqual(
    losses.map(({ attributes, body }) => [attributes['sigel.session.name'], attributes['sigel.cause'], body]),
    ['events', 'kernel'].flatMap((name) => [
      [name, 'kernel', `5 events lost in session ${name}: Windows had no free buffer`],
      [name, 'real_time', `2 buffers lost in session ${name}: Windows could not deliver them in time`],
    ]),
  );
  assert.equal(run.account.lost.get('kernel'), 10);
  run.account.status.enter('ok');
  assert.deepEqual(run.account.status.now(), {
    kind: 'recoverable_error',
    reasons: ['events of session kernel were lost (real_time)'],
  });
  const counters = run.account.sessions.get('events')?.();
  assert.equal(counters?.['realTimeBuffersLost'], 2);
});

test('a consumer that dies is told of and begins anew', async () => {
  const sessions = story(5).slice(0, 1);
  writeFileSync(join(folder, 'events.dies'), '');
  const told = join(folder, 'events.told');
  rmSync(told, { force: true });
  const run = liveReceiver(fakePlatform(folder, sessions), PATIENT);
  await run.receiver.start(HOST);
  await until('the first time is over', () => run.account.made > 0);
  rmSync(join(folder, 'events.dies'));
  await until('all of it was told again', () => readFileSync(told).length === 2);
  await stopped(run);
  // The kernel would go on where it was; the fake tells all of it again.
  const [session = assert.fail()] = sessions;
  assert.equal(run.account.read, 2 * readBack(session.trace).events.length);
  const restart = run.records.find(({ eventName }) => eventName === 'sigel.agent.consumer_restarted');
  assert.match(String(restart?.body), /session events begins anew: Error: a defect/);
});

test('a session that somebody else stops is told of and started anew', async () => {
  const sessions = story(5).slice(0, 1);
  for (const kind of ['dies', 'gone']) writeFileSync(join(folder, `events.${kind}`), '');
  const told = join(folder, 'events.told');
  rmSync(told, { force: true });
  const run = liveReceiver(fakePlatform(folder, sessions), PATIENT);
  await run.receiver.start(HOST);
  await until('it is told', () => run.account.made > 1);
  for (const kind of ['dies', 'gone']) rmSync(join(folder, `events.${kind}`));
  await until('all of it was told again', () => readFileSync(told).length === 2);
  await stopped(run);
  const record = run.records.find(({ eventName }) => eventName === 'sigel.agent.session_stopped');
  assert.equal(record?.body, 'session events was stopped by somebody else; it is started anew');
});

test('a provider that somebody else disables is told of', async () => {
  const disabled: string[] = [];
  const sessions = story(5).slice(0, 1);
  const run = liveReceiver(
    fakePlatform(
      folder,
      sessions.map(({ name, trace }) => ({ name, trace, disabled })),
    ),
    { ...PATIENT, poll_interval: '100ms' },
  );
  await run.receiver.start(HOST);
  disabled.push('Microsoft-Windows-DNS-Client');
  await until('it is told', () => run.account.made > 0);
  run.account.status.enter('ok');
  assert.equal(run.account.status.now().kind, 'recoverable_error');
  await stopped(run);
  const told = run.records.filter(({ eventName }) => eventName === 'sigel.agent.provider_disabled');
  assert.deepEqual(
    told.map(({ attributes }) => attributes),
    [{ 'sigel.session.name': 'events', 'etw.provider.name': 'Microsoft-Windows-DNS-Client' }],
  );
});

test('shutdown without a reader behind it comes to its end, and adds up', async () => {
  const run = liveReceiver(
    fakePlatform(folder, story(200)),
    { ...PATIENT, max_in_flight: '4KiB', batch_size: 50 },
    () => ({
      kind: 'refused',
      retryable: true,
      reason: 'full',
    }),
  );
  await run.receiver.start(HOST);
  await sleep(50);
  await run.receiver.shutdown(AbortSignal.timeout(100));
  assert.equal(run.account.imbalance(), 0);
  assert.equal(run.records.length, 0);
  assert.equal(run.account.emitted, run.account.dropped.get('shutdown'));
});
