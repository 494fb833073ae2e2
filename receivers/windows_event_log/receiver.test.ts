import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNoopMeter } from '@opentelemetry/api';
import type { Component, Host } from '../../src/component.ts';
import type { EventLogEvent } from '../../src/event_log/event.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { eventXml } from '../../test/scenario/event_xml.ts';
import { FakeEventLog } from '../../test/support/fake_event_log.ts';
import { MemoryStorage, storageExtension } from '../../test/support/memory_storage.ts';
import { windowsEventLogConfig } from './config.ts';
import { WindowsEventLogReceiver } from './receiver.ts';

const EVENT: EventLogEvent = {
  provider: 'Microsoft-Windows-Security-Auditing',
  providerId: '54849625-5478-4994-a5ba-3e3b0328c30d',
  eventId: 4688,
  version: 2,
  level: 0,
  task: 13_312,
  opcode: 0,
  keywords: 0x8020000000000000n,
  seconds: 1_700_000_000,
  nanoseconds: 500,
  recordId: 1,
  activityId: undefined,
  relatedActivityId: undefined,
  pid: 4,
  tid: 8,
  channel: 'Security',
  computer: 'web-7',
  user: undefined,
  data: [
    { name: 'SubjectLogonId', inType: 'HexInt64', value: 0x3e7 },
    { name: 'NewProcessName', inType: 'UnicodeString', value: 'C:\\Windows\\System32\\whoami.exe' },
  ],
};

function write(log: FakeEventLog, channel: string, ...ids: readonly number[]): void {
  const events = log.channels.get(channel) ?? [];
  for (const recordId of ids) events.push({ recordId, xml: eventXml({ ...EVENT, channel, recordId }) });
  log.channels.set(channel, events);
}

interface Run {
  readonly records: LogRecord[];
  readonly ids: () => unknown[];
  readonly account: Account;
  readonly said: string[];
  readonly stop: (deadline?: AbortSignal) => Promise<void>;
}

interface RunOptions {
  readonly storage?: MemoryStorage;
  readonly answer?: (records: readonly LogRecord[]) => Outcome | Promise<Outcome>;
}

async function run(log: FakeEventLog, config: object, options: RunOptions = {}): Promise<Run> {
  const { storage, answer = () => ACCEPTED } = options;
  const account = new Account('windows_event_log', 'receiver');
  const records: LogRecord[] = [];
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const logger: Logger = { debug: say, info: () => undefined, warn: say, error: say };
  const resource = internResource({ 'host.name': 'this' });
  const context = { id: 'windows_event_log', logger, account, meter: createNoopMeter(), resource };
  const receiver: Component = new WindowsEventLogReceiver(
    context,
    windowsEventLogConfig.parse({
      poll_interval: '100ms',
      retry_interval: '1s',
      ...(storage === undefined ? {} : { storage: 'file_storage' }),
      ...config,
    }),
    {
      async consumeLogs(batch) {
        const outcome = await answer(batch);
        if (outcome.kind === 'accepted') records.push(...batch);
        return outcome;
      },
    },
    () => Promise.resolve({ kind: 'ok', value: log }),
  );
  const host: Host = {
    extension: () =>
      storage === undefined ? assert.fail('no extension is wanted') : storageExtension(storage),
    finished: () => assert.fail('it never ends by itself'),
    fatal: (error) => assert.fail(error),
  };
  await receiver.start(host);
  return {
    records,
    ids: () => records.map(({ attributes }) => attributes['winlog.record_id']),
    account,
    said,
    stop: async (deadline = AbortSignal.timeout(5000)) => {
      await receiver.shutdown(deadline);
      assert.equal(account.imbalance(), 0);
      assert.equal(log.open, 0, 'all handles are closed');
    },
  };
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await sleep(5);
}

const SECURITY = { services: ['security'] };

test('new events become the records that the evtx receiver makes', async () => {
  const log = new FakeEventLog();
  write(log, 'Security', 1, 2);
  const { records, ids, stop } = await run(log, SECURITY);
  await until(() => log.begun.length === 1);
  assert.deepEqual(log.begun, [{ channel: 'Security', query: '*', start: 'new' }]);
  write(log, 'Security', 3, 4);
  await until(() => records.length === 2);
  assert.deepEqual(ids(), [3, 4]);
  const [record] = records;
  assert.equal(record?.eventName, 'windows.audit.4688');
  assert.equal(record.resource.attributes['host.name'], 'web-7');
  assert.equal(record.attributes['winlog.channel'], 'Security');
  assert.equal(record.attributes['windows.logon.id'], '0x3e7');
  assert.equal(record.attributes['process.executable.path'], 'C:\\Windows\\System32\\whoami.exe');
  assert.deepEqual(record.hrTime, [1_700_000_000, 500]);
  await stop();
});

test('channels that are not there or refuse are said once, tried again, and the others are read', async () => {
  const log = new FakeEventLog();
  write(log, 'Security', 1);
  write(log, 'System', 1);
  log.refuse.set('System', 5);
  const config = { services: ['security', 'system', 'sysmon'], start_at: 'beginning' };
  const { records, said, account, stop } = await run(log, config);
  await until(() => records.length === 1 && account.sessions.get('System')?.()['refused'] === 2);
  assert.deepEqual(said.map((line) => line.slice(0, 50)).sort(), [
    'EvtSubscribe of Microsoft-Windows-Sysmon/Operational'.slice(0, 50),
    'EvtSubscribe of System: access is denied (ERROR_ACCESS_DENIED, 5)'.slice(0, 50),
  ]);
  log.refuse.clear();
  await until(() => records.length === 2);
  await stop();
});

test('a bookmark is kept when its batch, and all before, are settled; the next run goes on there', async () => {
  const log = new FakeEventLog();
  const storage = new MemoryStorage();
  write(log, 'Security', 1, 2, 3, 4, 5);
  const config = { ...SECURITY, start_at: 'beginning', batch_size: 2 };
  const first = Promise.withResolvers<Outcome>();
  let offers = 0;
  const one = await run(log, config, {
    storage,
    answer: () => (offers++ === 0 ? first.promise : ACCEPTED),
  });
  await until(() => one.records.length === 3);
  assert.equal(storage.values.size, 0, 'the first batch is not settled');
  first.resolve(ACCEPTED);
  await until(() => storage.values.size === 1);
  await one.stop();
  write(log, 'Security', 6);
  const two = await run(log, config, { storage });
  await until(() => two.records.length > 0);
  assert.deepEqual(two.ids(), [6]);
  await two.stop();
});

test('what a shutdown gave up is read again', async () => {
  const log = new FakeEventLog();
  const storage = new MemoryStorage();
  write(log, 'Security', 1, 2);
  const config = { ...SECURITY, start_at: 'beginning' };
  let offers = 0;
  const one = await run(log, config, {
    storage,
    answer: () => {
      offers++;
      return retryLater('busy');
    },
  });
  await until(() => offers > 0);
  await one.stop(AbortSignal.abort());
  const two = await run(log, config, { storage });
  await until(() => two.records.length === 2);
  await two.stop();
});

test('Windows is not asked for more while the window is full', async () => {
  const log = new FakeEventLog();
  write(log, 'Security', 1, 2, 3, 4);
  const held: (() => void)[] = [];
  const config = { ...SECURITY, start_at: 'beginning', batch_size: 1, max_in_flight: '1B' };
  const { records, stop } = await run(log, config, {
    answer: () => new Promise((resolve) => held.push(() => resolve(ACCEPTED))),
  });
  await until(() => held.length === 1 && log.reads === 2);
  await sleep(20);
  assert.equal(log.reads, 2, 'the second waits for room');
  const release = setInterval(() => held.shift()?.(), 5);
  await until(() => records.length === 4);
  clearInterval(release);
  await stop();
});

test('records that are missing are counted as lost, also between two runs; with a query they are not', async () => {
  const log = new FakeEventLog();
  const storage = new MemoryStorage();
  write(log, 'Security', 1, 2, 6);
  const config = { ...SECURITY, start_at: 'beginning' };
  const one = await run(log, config, { storage });
  await until(() => storage.values.size === 1);
  assert.equal(one.account.lost.get('missing'), 3);
  assert.match(one.said.join(), /3 events before record 6 were overwritten/);
  await one.stop();
  write(log, 'Security', 10);
  const two = await run(log, config, { storage });
  await until(() => two.records.length === 1);
  assert.equal(two.account.lost.get('missing'), 3);
  await two.stop();
  const query = '*[System[EventID=4688]]';
  const three = await run(log, { channels: [{ name: 'Security', query }], start_at: 'beginning' });
  await until(() => three.records.length === 4);
  assert.equal(three.account.lost.size, 0);
  assert.equal(log.begun.at(-1)?.query, query);
  await three.stop();
});

test('an event that cannot be read is counted and said, and the others go on', async () => {
  const log = new FakeEventLog();
  write(log, 'Security', 1);
  log.channels.get('Security')?.push({ recordId: 2, xml: '<Event>' });
  write(log, 'Security', 3);
  const { records, account, said, stop } = await run(log, { ...SECURITY, start_at: 'beginning' });
  await until(() => records.length === 2);
  assert.equal(account.lost.get('unreadable'), 1);
  assert.match(said.join(), /an event cannot be read: .*unclosed/);
  await stop();
});

test('when reading fails it begins anew behind what was read', async () => {
  const log = new FakeEventLog();
  write(log, 'Security', 1);
  const { records, ids, stop } = await run(log, { ...SECURITY, start_at: 'beginning' });
  await until(() => records.length === 1);
  // RPC_S_SERVER_UNAVAILABLE: the service of event logs was restarted.
  log.failNext.push(1722);
  write(log, 'Security', 2);
  await until(() => records.length === 2);
  assert.deepEqual(ids(), [1, 2]);
  assert.deepEqual(log.begun[1]?.start, { bookmark: "<Bookmark RecordId='1'/>" });
  await stop();
});

for (const [title, start_at, times, given, refused, missing] of [
  ['begins with new events', 'end', Infinity, [7], 1, 3],
  ['begins with what there is', 'beginning', Infinity, [4, 5, 6, 7], 1, 0],
  ['is tried once more', 'end', 1, [4, 5, 6, 7], 0, 0],
] as const)
  test(`a bookmark that is refused ${title}`, async () => {
    const log = new FakeEventLog();
    const storage = new MemoryStorage();
    write(log, 'Security', 1, 2, 3);
    const one = await run(log, { ...SECURITY, start_at: 'beginning' }, { storage });
    await until(() => storage.values.size === 1);
    await one.stop();
    log.channels.set('Security', []);
    write(log, 'Security', 4, 5, 6);
    // ERROR_EVT_QUERY_RESULT_STALE.
    log.refuseBookmarks.set('Security', { code: 15_011, times });
    const two = await run(log, { ...SECURITY, start_at }, { storage });
    await until(() => log.begun.length > 1 && log.open === 1);
    write(log, 'Security', 7);
    await until(() => two.records.length === given.length);
    assert.deepEqual(two.ids(), given);
    assert.equal(two.account.sessions.get('Security')?.()['bookmarks_refused'], refused);
    assert.equal(two.account.lost.get('missing') ?? 0, missing);
    assert.equal(
      two.said.filter((line) => line.startsWith('its bookmark is refused, so it begins with ')).length,
      refused,
    );
    await two.stop();
  });

test('a channel that refuses all keeps its bookmark until it is there again', async () => {
  const log = new FakeEventLog();
  const storage = new MemoryStorage();
  write(log, 'Security', 1, 2, 3);
  const one = await run(log, { ...SECURITY, start_at: 'beginning' }, { storage });
  await until(() => storage.values.size === 1);
  await one.stop();
  write(log, 'Security', 4);
  log.refuse.set('Security', 5);
  const two = await run(log, SECURITY, { storage });
  await until(() => two.account.sessions.get('Security')?.()['refused'] === 1);
  log.refuse.clear();
  await until(() => two.records.length === 1);
  assert.deepEqual(two.ids(), [4]);
  await two.stop();
});
