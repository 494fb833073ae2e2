import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceiverContext } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import type { ComponentView } from '../../src/status/service_view.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { VERSION } from '../../src/version.ts';
import { componentView, extensionContext, serviceView } from '../../test/support/service_view.ts';
import { agentConfig } from './config.ts';
import { AgentReceiver } from './receiver.ts';

function setUp(
  components: readonly ComponentView[],
  answer: () => Promise<Outcome> | Outcome = () => ACCEPTED,
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
  const receiver = new AgentReceiver(context, agentConfig.parse({ heartbeat_interval: '1m' }), next);
  return { receiver, batches, account: context.account };
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
  await receiver.start();
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
  await receiver.start();
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
  await receiver.start();
  await receiver.shutdown(AbortSignal.abort());
  assert.deepEqual([...account.dropped], [['shutdown', 1]]);
  assert.equal(account.imbalance(), 0);
});
