import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { type EvtxEvent, evtx, writeEvtx } from '../../test/scenario/evtx_writer.ts';
import { evtxConfig } from './config.ts';
import { EvtxReceiver } from './receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-evtx-receiver-'));
after(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Run {
  readonly account: Account;
  readonly records: readonly LogRecord[];
  readonly failure: string | undefined;
  readonly said: readonly string[];
}

async function read(config: unknown, answer: () => Outcome = () => ACCEPTED): Promise<Run> {
  const account = new Account('evtx', 'receiver');
  const records: LogRecord[] = [];
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const logger: Logger = { debug: say, info: say, warn: say, error: say };
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const context = { id: 'evtx', logger, account, meter: createNoopMeter(), resource: emptyResource() };
  const receiver = new EvtxReceiver(context, evtxConfig.parse(config), {
    consumeLogs(batch) {
      const outcome = answer();
      if (outcome.kind === 'accepted') records.push(...batch);
      return Promise.resolve(outcome);
    },
  });
  await receiver.start({
    extension: () => assert.fail('no extension is wanted'),
    finished: resolve,
    fatal: reject,
  });
  const failure = await promise;
  await receiver.shutdown(AbortSignal.timeout(2000));
  assert.equal(account.imbalance(), 0);
  return { account, records, failure, said };
}

const AUDITING = '54849625-5478-4994-a5ba-3e3b0328c30d';
const started: EvtxEvent = {
  provider: 'Microsoft-Windows-Security-Auditing',
  guid: AUDITING,
  id: 4688,
  channel: 'Security',
  computer: 'web-7',
  recordId: 501,
  data: [
    ['SubjectLogonId', evtx.hex64(0x3e7n)],
    ['NewProcessName', evtx.text('C:\\Windows\\System32\\whoami.exe')],
    ['CommandLine', evtx.text('whoami /all')],
  ],
};
const shop: EvtxEvent = { id: 4711, data: [['Order', evtx.u32(17)]] };

test('an event that a table knows gets its name and attributes, and keeps its data', async () => {
  const { records, failure } = await read({ include: [put('security.evtx', writeEvtx([started]))] });
  assert.equal(failure, undefined);
  const [record] = records;
  assert.equal(record?.eventName, 'windows.audit.4688');
  assert.equal(record.resource.attributes['host.name'], 'web-7');
  assert.deepEqual(record.hrTime, record.hrTimeObserved);
  const { attributes } = record;
  assert.equal(attributes['process.executable.path'], 'C:\\Windows\\System32\\whoami.exe');
  assert.equal(attributes['windows.logon.id'], '0x3e7');
  assert.equal(attributes['winlog.channel'], 'Security');
  assert.equal(attributes['winlog.record_id'], 501);
  assert.deepEqual(
    { ...(attributes['etw.event.data'] as object) },
    {
      SubjectLogonId: '0x3e7',
      NewProcessName: 'C:\\Windows\\System32\\whoami.exe',
      CommandLine: 'whoami /all',
    },
  );
});

test('an event that no table knows is named by its provider and id', async () => {
  const { records } = await read({ include: [put('shop.evtx', writeEvtx([shop]))] });
  assert.equal(records[0]?.eventName, 'Contoso-Shop/4711');
  assert.deepEqual({ ...(records[0].attributes['etw.event.data'] as object) }, { Order: 17 });
});

test('folders and globs; what is damaged or no event log is said, and the rest is read', async () => {
  const damaged = writeEvtx([shop, shop]);
  damaged[4096 + 512 + 24 + 4] = 0x77;
  put('damaged.evtx', damaged);
  put('text.evtx', new TextEncoder().encode('no log'));
  put('other.txt', new Uint8Array());
  const { records, account, failure, said } = await read({ include: [folder] });
  assert.equal(failure, '1 of the configured event logs could not be read');
  assert.equal(account.read, 4);
  assert.equal(account.lost.get('unreadable'), 1);
  assert.equal(records.length, 3);
  assert.ok(said.some((line) => /cannot read .*text\.evtx: shorter than the head/.test(line)));
  assert.ok(said.some((line) => /damaged\.evtx: record 1: token 0x77/.test(line)));
});

test('what is refused for now is offered again', async () => {
  let offers = 0;
  const path = put('again.evtx', writeEvtx(Array.from({ length: 50 }, () => shop)));
  const { records } = await read({ include: [path], batch_size: 10 }, () =>
    offers++ === 2 ? retryLater('busy') : ACCEPTED,
  );
  assert.deepEqual(
    records.map((record) => record.attributes['winlog.record_id']).sort((a, b) => Number(a) - Number(b)),
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});
