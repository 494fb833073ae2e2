import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import type { LogsConsumer } from '../../src/component.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { Account, total } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { scenario } from '../../test/scenario/scenario.ts';
import { etlConfig } from './config.ts';
import { EtlReceiver } from './receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-etl-'));
after(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A story with the kernel logger in a trace of its own: two files of one boot. */
function twoFiles(processes: number): Uint8Array[] {
  const story = scenario({ kernel: 'separate' });
  const shell = story.process('cmd.exe');
  for (let i = 0; i < processes; i++) {
    story.after('1ms');
    shell.starts(`C:\\Windows\\System32\\whoami.exe /n ${i}`).exits(0);
  }
  return [story.trace(), story.kernelTrace()];
}

interface Run {
  readonly account: Account;
  readonly records: readonly LogRecord[];
  readonly failure: string | undefined;
}

type Answer = (batch: LogBatch, offered: number) => Outcome | Promise<Outcome>;

async function read(
  config: unknown,
  answer: Answer = () => ACCEPTED,
  onBatch?: (stop: () => void) => void,
): Promise<Run> {
  const account = new Account('etl', 'receiver');
  const records: LogRecord[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  let offered = 0;
  const next: LogsConsumer = {
    async consumeLogs(batch) {
      const outcome = await answer(batch, offered++);
      if (outcome.kind === 'accepted') records.push(...batch);
      onBatch?.(() => resolve('stopped'));
      return outcome;
    },
  };
  const context = {
    id: 'etl',
    logger: SILENT,
    account,
    meter: createNoopMeter(),
    resource: emptyResource(),
  };
  const receiver = new EtlReceiver(context, etlConfig.parse(config), next);
  await receiver.start({
    extension: () => assert.fail('no extension is wanted'),
    finished: resolve,
    fatal: reject,
  });
  const failure = await promise;
  await receiver.shutdown(AbortSignal.timeout(2000));
  return { account, records, failure };
}

const [events, kernel] = twoFiles(50);
assert.ok(events !== undefined && kernel !== undefined);
const eventsPath = put('events.etl', events);
const kernelPath = put('kernel.etl', kernel);

test('reads the files of one boot as one stream in order of time', async () => {
  const { account, records, failure } = await read({ include: [eventsPath, kernelPath] });
  assert.equal(failure, undefined);
  assert.equal(account.imbalance(), 0);
  assert.equal(account.emitted, records.length);
  assert.equal(account.read, records.length + account.merged + total(account.state));
  assert.equal(account.state.get('log_header'), 2);
  const times = records.map(
    ({ hrTime: [seconds, nanoseconds] }) => BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
  );
  assert.ok(
    times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0n)),
    'in order',
  );
  const starts = records.filter(({ eventName }) => eventName === 'process.start');
  // Each of the 50 processes is seen by both sessions, and each is one record.
  assert.equal(starts.length, 50);
  // The shell's rundown, 50 starts and 50 exits.
  assert.equal(account.merged, 101);
});

test('the resource is the recorded host, and the observed time the event’s', async () => {
  const { records } = await read({ include: [eventsPath] });
  const [first] = records;
  assert.equal(first?.resource.attributes['os.build_id'], '20348');
  assert.deepEqual(first.hrTimeObserved, first.hrTime);
});

test('what cannot be read is a failure, the rest is read', async () => {
  const broken = put('broken.etl', new Uint8Array(500).fill(7));
  const { failure, records } = await read({ include: [broken, eventsPath, join(folder, 'none-*.etl')] });
  assert.match(failure ?? '', /2 of the configured traces could not be read/);
  assert.ok(records.length > 0);
});

test('exclude leaves files out', async () => {
  const both = await read({ include: [`${folder}/{events,kernel}.etl`] });
  const one = await read({ include: [`${folder}/{events,kernel}.etl`], exclude: [`${folder}/k*`] });
  assert.ok(one.records.length < both.records.length);
});

test('a retryable refusal is offered again, nothing is lost or doubled', async () => {
  const refused = new Set<LogBatch>();
  const { account, records } = await read({ include: [eventsPath], batch_size: 100 }, (batch) => {
    if (refused.has(batch)) return ACCEPTED;
    refused.add(batch);
    return retryLater('busy');
  });
  assert.equal(records.length, account.emitted);
  assert.equal(new Set(records).size, records.length);
});

test('a final refusal is counted as dropped', async () => {
  const { account, records } = await read({ include: [eventsPath], batch_size: 40 }, (_, n) =>
    n === 1 ? refusedForGood('no') : ACCEPTED,
  );
  assert.equal(account.dropped.get('refused'), 40);
  assert.equal(records.length, account.emitted - 40);
});

test('batches on their way are bounded', async () => {
  let open = 0;
  let most = 0;
  await read({ include: [eventsPath], batch_size: 10, max_in_flight: 4000 }, async () => {
    most = Math.max(most, ++open);
    await sleep(1);
    open--;
    return ACCEPTED;
  });
  assert.ok(most > 1 && most <= 8, `${most} batches of about 1 kB in 4 kB`);
});

test('a stop in the middle settles what is on its way and adds up', async () => {
  const { account, records } = await read(
    { include: [eventsPath, kernelPath], batch_size: 10, max_in_flight: 2000 },
    () => ACCEPTED,
    (stop) => stop(),
  );
  assert.ok(records.length > 0);
  assert.equal(account.emitted, records.length);
  assert.equal(account.imbalance(), 0);
});

test('a damaged buffer costs only its own events', async () => {
  const whole = await read({ include: [eventsPath] });
  const damaged = Uint8Array.from(events);
  damaged.fill(0x55, 65_536 + 72 + 400, 65_536 + 72 + 500);
  const { records, failure, account } = await read({ include: [put('damaged.etl', damaged)] });
  assert.equal(failure, undefined);
  assert.ok(records.length > 0 && records.length < whole.records.length);
  assert.equal(account.imbalance(), 0);
});

test('different boots are read one after the other, the older first', async () => {
  const older = scenario({ start: '2026-01-01T00:00:00Z', seed: 7 });
  older.process('cmd.exe').starts('whoami.exe').exits(0);
  const { records, account } = await read({ include: [eventsPath, put('older.etl', older.trace())] });
  const switched = records.findIndex(({ hrTime: [seconds] }) => seconds > Date.UTC(2026, 1) / 1000);
  assert.ok(switched > 0);
  assert.ok(records.slice(switched).every(({ hrTime: [seconds] }) => seconds > Date.UTC(2026, 1) / 1000));
  assert.equal(account.imbalance(), 0);
});

test('record_uid names each record, the same on each reading; without it none has a name', async () => {
  const uidsOf = ({ records }: Run) => records.map((record) => record.get(Attr.logRecordUid));
  const uids = uidsOf(await read({ include: [eventsPath], record_uid: true }));
  assert.equal(new Set(uids).size, uids.length);
  assert.ok(uids.every((uid) => /^[0-9a-f]{32}$/.test(uid ?? '')));
  assert.deepEqual(uidsOf(await read({ include: [eventsPath], record_uid: true, batch_size: 7 })), uids);
  assert.ok(uidsOf(await read({ include: [eventsPath] })).every((uid) => uid === undefined));
});
