import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttributeBlock, type AttributeKey, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Value } from '../../src/model/value.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { demoRecords } from '../../test/support/demo_records.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { categorizationOf } from './categories.ts';
import { ecsFields } from './ecs.ts';

function processor(outcome: Outcome = ACCEPTED) {
  const seen: LogRecord[] = [];
  const account = new Account('ecs', 'processor');
  const next = { consumeLogs: async (batch: LogBatch) => (seen.push(...batch), outcome) };
  const ecs = ecsFields(account, next);
  return { seen, account, consume: (batch: LogBatch) => ecs.consumeLogs(batch) };
}

async function withEcs(...records: readonly LogRecord[]): Promise<readonly LogRecord[]> {
  const { seen, consume } = processor();
  await consume(records);
  return seen;
}

const demo = await demoRecords('ecs');
const alert = demo.find(
  ({ attributes }) => attributes['rule.name'] === 'Shell started by a server process in a container',
);

const ALERT: Readonly<Record<string, unknown>> = {
  'event.kind': 'alert',
  'event.category': ['process'],
  'event.type': ['start'],
  'event.action': 'process.start',
  'event.module': 'sigel',
  'event.code': '1',
  'event.provider': 'Microsoft-Windows-Kernel-Process',
  'process.name': 'cmd.exe',
  'process.executable': 'C:\\Windows\\System32\\cmd.exe',
  'process.parent.name': 'w3wp.exe',
  'process.parent.executable': 'C:\\windows\\system32\\inetsrv\\w3wp.exe',
  'rule.id': 'e8b46f6a-9538-4a70-a2b2-9cab41998456',
  'rule.category': 'process_creation',
  'rule.author': ['Sigel authors'],
  // Named alike.
  'threat.technique.id': ['T1190', 'T1059'],
  'user.name': 'DefaultAppPool',
};
for (const [field, value] of Object.entries(ALERT)) {
  test(`a detection of the demo has ${field}`, () => assert.deepEqual(alert?.attributes[field], value));
}

test('ids and times of a detection are those that OpenTelemetry’s attributes have', () => {
  const of = (name: string) => alert?.attributes[name];
  assert.equal(of('event.id'), of('log.record.uid'));
  assert.equal(of('process.start'), of('process.creation.time'));
  assert.equal(of('process.parent.pid'), of('process.parent_pid'));
  for (const name of ['event.id', 'process.start', 'process.parent.pid', 'process.entity_id'])
    assert.notEqual(of(name), undefined, name);
});

test('resources say in ECS’s words what runs there', () => {
  assert.equal(alert?.resource['host.os.type'], 'windows');
  assert.equal(alert?.resource['host.os.version'], '10.0.20348');
  assert.equal(alert?.resource['orchestrator.namespace'], 'shop');
});

test('nothing is taken away', async () => {
  const plain = await demoRecords();
  assert.equal(demo.length, plain.length);
  for (const [i, record] of plain.entries())
    assert.deepEqual({ ...demo[i]?.attributes, ...record.attributes }, demo[i]?.attributes);
});

test('a record that has the fields already goes on as it is', async () => {
  const once = await withEcs(logRecord(1));
  assert.deepEqual(await withEcs(...once), once);
  assert.equal((await withEcs(...once))[0], once[0]);
});

const FIELDS: readonly (readonly [
  from: AttributeKey,
  value: Value,
  to: string,
  expected: Value | undefined,
])[] = [
  [Attr.etwEventId, 11, 'event.code', '11'],
  [Attr.processExitCode, 3, 'process.exit_code', 3],
  [Attr.sourceAddress, '10.0.0.4', 'source.ip', '10.0.0.4'],
  [Attr.sourceAddress, 'pc.example', 'source.ip', undefined],
  [Attr.destinationAddress, 'fe80::1', 'destination.ip', 'fe80::1'],
  [Attr.networkIoDirection, 'transmit', 'network.direction', 'egress'],
  [Attr.networkIoDirection, 'receive', 'network.direction', 'ingress'],
  [Attr.networkIoDirection, 'sideways', 'network.direction', undefined],
  [Attr.dnsAnswers, ['a.example', '10.0.0.4'], 'dns.resolved_ip', ['10.0.0.4']],
  [Attr.dnsAnswers, ['a.example'], 'dns.resolved_ip', undefined],
  [Attr.securityRulesetName, 'ours', 'rule.ruleset', 'ours'],
];
for (const [key, value, to, expected] of FIELDS) {
  test(`${key.name} ${JSON.stringify(value)}: ${to} is ${JSON.stringify(expected)}`, async () => {
    const shape = new Shape([key]);
    const own = logRecord(1, { own: { shape, values: [value] }, blocks: [] });
    const shared = own
      .with({ own: { shape: Shape.empty, values: [] } })
      .plus(new AttributeBlock(shape, [value]));
    for (const record of await withEcs(own, shared)) assert.deepEqual(record.attributes[to], expected);
  });
}

const CATEGORIES: readonly (readonly [eventName: string, words: string | undefined])[] = [
  ['process.start', 'process: start'],
  ['process.thread.start', 'process: info'],
  ['process.module.load', 'library: start'],
  ['process.module.rundown', 'library: info'],
  ['file.name.create', 'file: info'],
  ['registry.value.set', 'registry: change'],
  ['registry.value.query_multiple', 'registry: info'],
  ['network.connect', 'network: connection, start'],
  ['dns.query.start', 'network: protocol, info'],
  ['Shop.Web/OrderPlaced', undefined],
  ['process', undefined],
  ['constructor', undefined],
  ['', undefined],
];
for (const [eventName, words] of CATEGORIES) {
  test(`${eventName || 'no name'} is ${words ?? 'of no category'}`, async () => {
    const found = categorizationOf(eventName);
    assert.equal(found && `${found.category.join(', ')}: ${found.type.join(', ')}`, words);
    const [record] = await withEcs(logRecord(1, { eventName }));
    assert.equal(record?.attributes['event.kind'], 'event');
    assert.equal(record?.attributes['event.action'], eventName);
  });
}

test('what ends with .fail is a failure', async () => {
  const names = ['winrm.authentication.fail', 'winrm.session.start'];
  const records = await withEcs(...names.map((eventName) => logRecord(1, { eventName })));
  assert.deepEqual(
    records.map(({ attributes }) => attributes['event.outcome']),
    ['failure', undefined],
  );
});

test('what records share is made once', async () => {
  const shared = new AttributeBlock(new Shape([Attr.processExecutableName]), ['a.exe']);
  const resource = internResource({ 'os.type': 'windows' });
  const [one, other] = await withEcs(
    logRecord(1, { blocks: [shared], resource }),
    logRecord(2, { blocks: [shared], resource }),
  );
  assert.deepEqual(one?.blocks, other?.blocks);
  for (const [i, block] of (one?.blocks ?? []).entries()) assert.equal(other?.blocks[i], block);
  assert.equal(one?.resource, other?.resource);
});

test('a refusal goes back and nothing is counted', async () => {
  const refusal = retryLater('full');
  const { account, consume } = processor(refusal);
  assert.equal(await consume([logRecord(1)]), refusal);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [0, 0, 0]);
});
