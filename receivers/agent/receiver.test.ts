import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceiverContext } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import type { ComponentView } from '../../src/status/service_view.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { VERSION } from '../../src/version.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { MemoryStorage, storageExtension } from '../../test/support/memory_storage.ts';
import { componentView, extensionContext, serviceView } from '../../test/support/service_view.ts';
import { agentConfig } from './config.ts';
import { AgentReceiver } from './receiver.ts';

function setUp(
  components: readonly ComponentView[],
  answer: () => Promise<Outcome> | Outcome = () => ACCEPTED,
  config: object = {},
) {
  const context: ReceiverContext = {
    ...extensionContext('agent', serviceView(components)),
    account: new Account('receiver agent', 'receiver'),
  };
  const batches: LogBatch[] = [];
  const next = {
    consumeLogs: async (batch: LogBatch) => {
      batches.push(batch);
      return answer();
    },
  };
  const receiver = new AgentReceiver(
    context,
    agentConfig.parse({ heartbeat_interval: '1m', ...config }),
    next,
  );
  return { receiver, batches, context, account: context.account };
}

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a heartbeat says who the agent is, and how it is', async () => {
  const etw = componentView('receiver', 'etw');
  Object.assign(etw.account, { read: 10 });
  etw.account.lose('ring', 2);
  const exporter = componentView('exporter', 'otlp_grpc');
  Object.assign(exporter.account, { delivered: 7, queued: 1 });
  exporter.account.status.watch(() => 'delivery fails: away');
  const signature = componentView('processor', 'signature', 'logs');
  signature.account.status.show('packs', () => [{ location: 'https://rules.example/pack', digest: 'ab' }]);
  const { receiver, batches, account } = setUp([etw, signature, exporter]);
  await receiver.start(hostWith());
  await receiver.shutdown(never);
  const [record] = batches.flat();
  assert.equal(record?.eventName, 'sigel.agent.heartbeat');
  assert.equal(record?.severityText, 'WARN');
  const { 'sigel.agent.uptime': uptime, ...attributes } = record?.attributes ?? {};
  assert.ok(Number(uptime) >= 0);
  assert.deepEqual(attributes, {
    'sigel.agent.version': VERSION,
    'sigel.agent.status': 'recoverable_error',
    'sigel.agent.troubles': ['exporter otlp_grpc: delivery fails: away'],
    'sigel.config.hash': 'a'.repeat(64),
    'sigel.rules.count': 0,
    'sigel.rules.packs': ['https://rules.example/pack ab'],
    'sigel.ledger': { read: 10, lost: 2, delivered: 7, queued: 1, dropped: 0 },
  });
  assert.deepEqual([account.made, account.emitted, account.imbalance()], [1, 1, 0]);
});

test('one follows at each interval, none while one is on its way', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let taken: (outcome: Outcome) => void = () => {};
  const { receiver, batches } = setUp([], () => new Promise((resolve) => (taken = resolve)));
  await receiver.start(hostWith());
  t.mock.timers.tick(60_000);
  await turn();
  assert.equal(batches.length, 1);
  taken(ACCEPTED);
  await turn();
  t.mock.timers.tick(60_000);
  await turn();
  assert.equal(batches.length, 2);
  taken(ACCEPTED);
  await receiver.shutdown(never);
  t.mock.timers.tick(60_000);
  assert.equal(batches.length, 2);
});

test('at the deadline it gives up, and the ledger has it as dropped', async () => {
  const { receiver, account } = setUp([], () => retryLater('full'));
  await receiver.start(hostWith());
  await receiver.shutdown(AbortSignal.abort());
  assert.deepEqual([...account.dropped], [['shutdown', 1]]);
  assert.equal(account.imbalance(), 0);
});

/** A run of an agent that keeps when it was alive; what it told, and how it ends. */
async function run(storage: MemoryStorage, began: number, end: 'stopped' | 'killed') {
  const { receiver, batches, context } = setUp([], undefined, { storage: 'file_storage' });
  Object.assign(context.service, { startedAt: began });
  await receiver.start(hostWith({ file_storage: storageExtension(storage) }));
  await turn();
  const kept = new Map(storage.values);
  await receiver.shutdown(never);
  if (end === 'killed') {
    storage.values.clear();
    for (const [key, value] of kept) storage.values.set(key, value);
  }
  return batches.flat().filter(({ eventName }) => eventName === 'sigel.agent.blind');
}

for (const end of ['stopped', 'killed'] as const) {
  test(`an agent that was ${end}: the next tells for how long nobody looked`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
    const storage = new MemoryStorage();
    assert.deepEqual(await run(storage, Date.now(), end), []);
    t.mock.timers.tick(42_500);
    const [told, ...more] = await run(storage, Date.now(), 'stopped');
    assert.deepEqual(more, []);
    assert.deepEqual(told?.attributes, { 'sigel.cause': end, 'sigel.blind.duration': 42.5 });
    assert.match(String(told?.body), /nobody looked for 42\.5 s/);
  });
}

test('a receiver that is only configured anew was not away', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  const storage = new MemoryStorage();
  const began = Date.now();
  await run(storage, began, 'stopped');
  t.mock.timers.tick(1_000);
  assert.deepEqual(await run(storage, began, 'stopped'), []);
});

for (const [title, value] of [
  ['damaged', '{'],
  ['of something else', '{"at":"now"}'],
  ['of a clock that was ahead', '{"at":1900000000000,"ended":true}'],
] as const) {
  test(`what was kept is ${title}: nothing is told`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
    const storage = new MemoryStorage();
    storage.values.set('last_seen', new TextEncoder().encode(value));
    assert.deepEqual(await run(storage, Date.now(), 'stopped'), []);
    assert.match(new TextDecoder().decode(storage.values.get('last_seen')), /"at":1700000000000/);
  });
}
