import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { scenario } from '../../test/scenario/scenario.ts';
import { MemoryStorage, storageExtension } from '../../test/support/memory_storage.ts';
import { etlConfig } from './config.ts';
import { EtlReceiver } from './receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-etl-resume-'));
after(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Two files of one boot, whose events are joined, and one of another. */
const story = scenario({ kernel: 'separate' });
const shell = story.process('cmd.exe');
for (let i = 0; i < 40; i++) {
  story.after('1ms');
  shell.starts(`C:\\Windows\\System32\\whoami.exe /n ${i}`).exits(0);
}
const older = scenario({ start: '2026-01-01T00:00:00Z', seed: 7 });
older.process('cmd.exe').starts('whoami.exe').exits(0);
const EVENTS = put('events.etl', story.trace());
const KERNEL = put('kernel.etl', story.kernelTrace());
const OLDER = put('older.etl', older.trace());

type Answer = (batch: LogBatch, offered: number) => Outcome | Promise<Outcome>;
const accept: Answer = () => ACCEPTED;
const never: Answer = () => new Promise(() => {});

/** What one batch has. */
const BATCH = 7;

interface Run {
  /** What was accepted, in order. */
  readonly shown: string[];
  readonly account: Account;
  /** Resolves at the end of the files, or when `stop` was called. */
  readonly over: Promise<unknown>;
  stop(): void;
  shutdown(deadline?: AbortSignal): Promise<void>;
}

async function begin(client: MemoryStorage, include: readonly string[], answer: Answer): Promise<Run> {
  const account = new Account('etl', 'receiver');
  const shown: string[] = [];
  const { promise: over, resolve: stop, reject } = Promise.withResolvers<unknown>();
  let offered = 0;
  const consumeLogs = async (batch: LogBatch): Promise<Outcome> => {
    const outcome = await answer(batch, offered++);
    if (outcome.kind === 'accepted') shown.push(...batch.map(show));
    return outcome;
  };
  const context = { id: 'etl', logger: SILENT, account, meter: createNoopMeter(), resource: emptyResource() };
  const config = etlConfig.parse({ include, batch_size: BATCH, storage: 'disk' });
  const receiver = new EtlReceiver(context, config, { consumeLogs });
  await receiver.start({ extension: () => storageExtension(client), finished: stop, fatal: reject });
  const shutdown = (deadline = AbortSignal.timeout(5000)) => receiver.shutdown(deadline);
  return { shown, account, over, stop: () => stop(undefined), shutdown };
}

const show = ({ hrTime, eventName, body, attributes }: LogRecord): string =>
  `${hrTime.join('.')} ${eventName} ${String(body)} ${String(attributes['process.pid'])}`;

/** Reads to the end. */
async function readAll(
  client: MemoryStorage,
  include: readonly string[],
  answer: Answer = accept,
): Promise<Run> {
  const run = await begin(client, include, answer);
  assert.equal(await run.over, undefined);
  await run.shutdown();
  assert.equal(run.account.imbalance(), 0);
  return run;
}

/** A storage as a kill leaves it: the writes that were done. */
function copyOf(client: MemoryStorage): MemoryStorage {
  const copy = new MemoryStorage();
  for (const [key, value] of client.values) copy.values.set(key, value);
  return copy;
}

const BOTH = [EVENTS, KERNEL];
const { shown: WHOLE } = await readAll(new MemoryStorage(), BOTH);

test('what was read to its end is not read again, whatever it is called', async () => {
  const client = new MemoryStorage();
  assert.deepEqual(
    (await readAll(client, [...BOTH, OLDER])).shown.length,
    WHOLE.length + (await readAll(new MemoryStorage(), [OLDER])).shown.length,
  );
  const renamed = put('renamed.etl', story.trace());
  const { shown, account } = await readAll(client, [renamed, KERNEL, OLDER]);
  assert.deepEqual([shown, account.read], [[], 0]);
  assert.equal([...client.values.keys()].filter((key) => !key.startsWith('read/')).length, 0);
});

test('a file that is new is read alone', async () => {
  const client = new MemoryStorage();
  await readAll(client, [EVENTS]);
  const { shown } = await readAll(client, BOTH);
  assert.deepEqual(shown, (await readAll(new MemoryStorage(), [KERNEL])).shown);
});

for (const settled of [0, 1, 3, 8]) {
  test(`killed when ${settled} batches were settled, it goes on behind them`, async () => {
    const client = new MemoryStorage();
    await begin(client, BOTH, (batch, n) => (n < settled ? ACCEPTED : never(batch, n)));
    const kept = (): boolean =>
      settled === 0 ||
      [...client.values.values()].some((value) => Buffer.from(value).includes(`:${settled * BATCH}}`));
    while (!kept()) await new Promise(setImmediate);
    const next = await readAll(copyOf(client), BOTH);
    assert.deepEqual(next.shown, WHOLE.slice(settled * BATCH));
    assert.equal(next.account.state.get('read_again') ?? 0, settled * BATCH);
  });
}

test('a batch that is not settled holds the position back, those behind it do not', async () => {
  const client = new MemoryStorage();
  const run = await begin(client, BOTH, (batch, n) => (n === 1 ? never(batch, n) : ACCEPTED));
  while (run.shown.length < 4 * BATCH) await new Promise(setImmediate);
  const next = await readAll(copyOf(client), BOTH);
  assert.deepEqual(next.shown, WHOLE.slice(BATCH));
});

test('what a processor still keeps is not settled, though its batch was accepted', async () => {
  const client = new MemoryStorage();
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const run = await begin(client, BOTH, (_, n) => (n === 2 ? { kind: 'accepted', settled } : ACCEPTED));
  await run.over;
  assert.deepEqual((await readAll(copyOf(client), BOTH)).shown, WHOLE.slice(2 * BATCH));
  settle();
  await run.shutdown();
  while (![...client.values.keys()].every((key) => key.startsWith('read/'))) await new Promise(setImmediate);
  assert.deepEqual((await readAll(client, BOTH)).shown, []);
});

test('what is refused for good is counted, and not read again', async () => {
  const client = new MemoryStorage();
  const { account } = await readAll(client, BOTH, (_, n) => (n === 1 ? refusedForGood('no') : ACCEPTED));
  assert.equal(account.dropped.get('refused'), BATCH);
  assert.deepEqual((await readAll(client, BOTH)).shown, []);
});

test('a position that finds no room is kept as soon as there is some', async () => {
  const client = new MemoryStorage();
  client.room = 0;
  const run = await begin(client, BOTH, accept);
  await run.over;
  assert.equal(client.values.size, 0);
  client.room = Number.POSITIVE_INFINITY;
  await run.shutdown();
  assert.deepEqual((await readAll(client, BOTH)).shown, []);
});

test('stopped in the middle, nothing is lost and nothing comes twice', async () => {
  const client = new MemoryStorage();
  const shown: string[] = [];
  for (let rounds = 0; ; rounds++) {
    const run: Run = await begin(client, BOTH, (_, n) => {
      if (n === 2) setImmediate(() => run.stop());
      return ACCEPTED;
    });
    await run.over;
    await run.shutdown();
    assert.equal(run.account.imbalance(), 0);
    shown.push(...run.shown);
    if (run.account.read === 0 || rounds > 50) break;
  }
  assert.deepEqual(shown, WHOLE);
});

test('what is given up at the deadline is read again', async () => {
  const client = new MemoryStorage();
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<Outcome>();
  const run = await begin(client, BOTH, (_, n) => (n === 0 ? ACCEPTED : gaveUp));
  while (run.shown.length < BATCH) await new Promise(setImmediate);
  run.stop();
  const deadline = new AbortController();
  const down = run.shutdown(deadline.signal);
  deadline.abort();
  // As a queue in memory answers then: taken, and counted as dropped.
  giveUp(ACCEPTED);
  await down;
  assert.deepEqual((await readAll(client, BOTH)).shown, WHOLE.slice(BATCH));
});

for (const [title, value] of [
  ['another version', JSON.stringify({ version: '0.0.0', records: 5 })],
  ['a damaged entry', '{"version'],
] as const) {
  test(`a position of ${title} is not believed: all is read again`, async () => {
    const client = new MemoryStorage();
    await begin(client, BOTH, (batch, n) => (n < 2 ? ACCEPTED : never(batch, n)));
    while (client.values.size === 0) await new Promise(setImmediate);
    const spoiled = copyOf(client);
    for (const key of spoiled.values.keys()) spoiled.values.set(key, new TextEncoder().encode(value));
    assert.deepEqual((await readAll(spoiled, BOTH)).shown, WHOLE);
  });
}
