import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { ComponentView } from '../../src/status/service_view.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { extensionContext, serviceView } from '../../test/support/service_view.ts';
import { healthCheckConfig } from './config.ts';
import { HealthCheck } from './extension.ts';
import type { Health } from './health.ts';

const running: HealthCheck[] = [];
after(() => Promise.all(running.map((extension) => extension.shutdown())));

/** What stands in a test: how components are, as the service and they themselves say it. */
type Says = (account: Account) => void;
const OK: Says = ({ status }) => status.enter('ok');
const AWAY: Says = ({ status }) => {
  status.enter('ok');
  status.watch(() => 'the peer is away');
};
const FAILED: Says = ({ status }) => status.fail('no such file');
const STOPPING: Says = ({ status }) => status.enter('stopping');
const STOPPED: Says = ({ status }) => status.enter('stopped');
const STARTING: Says = () => {};

/** An extension that is started beside components of which each says something. */
async function serve(config: object, says: readonly Says[]): Promise<string> {
  const components = says.map((say, i): ComponentView => {
    const account = new Account(`exporter sink/${i}`, 'exporter');
    say(account);
    return { kind: 'exporter', id: `sink/${i}`, pipeline: undefined, account };
  });
  const extension = new HealthCheck(
    extensionContext('health_check', serviceView(components)),
    healthCheckConfig.parse({ endpoint: '127.0.0.1:0', ...config }),
  );
  running.push(extension);
  await extension.start();
  return extension.url ?? assert.fail('it does not listen');
}

async function ask(url: string) {
  const response = await fetch(url);
  const body: Health = JSON.parse(await response.text());
  return { status: response.status, type: response.headers.get('content-type'), body };
}

const STRICT = { component_health: { include_recoverable_errors: true } };
const cases: readonly [
  title: string,
  config: object,
  says: readonly Says[],
  ready: number,
  live: number,
  status: string,
][] = [
  ['all run', {}, [OK, OK], 200, 200, 'ok'],
  ['one starts', {}, [OK, STARTING], 503, 200, 'starting'],
  ['a peer is away', {}, [OK, AWAY], 200, 200, 'recoverable_error'],
  ['a peer is away, and that counts', STRICT, [OK, AWAY], 503, 200, 'recoverable_error'],
  ['one has failed', {}, [AWAY, FAILED], 503, 503, 'permanent_error'],
  ['one stops', {}, [OK, STOPPING], 503, 200, 'stopping'],
  ['one is down', {}, [OK, STOPPED], 503, 200, 'stopping'],
];

describe('probes', () => {
  for (const [title, config, says, ready, live, status] of cases) {
    test(title, async () => {
      const url = await serve(config, says);
      const [readiness, liveness] = [await ask(`${url}/`), await ask(`${url}/live`)];
      assert.deepEqual([readiness.status, liveness.status], [ready, live]);
      assert.equal(readiness.type, 'application/json');
      for (const [{ body }, code] of [
        [readiness, ready],
        [liveness, live],
      ] as const)
        assert.deepEqual([body.healthy, body.status], [code === 200, status]);
    });
  }
});

test('the body says who is not well, and why', async () => {
  const url = await serve({}, [OK, AWAY, FAILED]);
  const { components, start_time: startTime, uptime_seconds: uptime } = (await ask(url)).body;
  assert.deepEqual(components, [
    { kind: 'exporter', id: 'sink/1', status: 'recoverable_error', reasons: ['the peer is away'] },
    { kind: 'exporter', id: 'sink/2', status: 'permanent_error', reasons: ['no such file'] },
  ]);
  assert.ok(Date.parse(startTime) <= Date.now());
  assert.ok(uptime >= 0);
});

test('texts of one’s own', async () => {
  const config = { path: '/healthz', response_body: { healthy: 'fine', unhealthy: 'not now' } };
  assert.equal(await (await fetch(`${await serve(config, [OK])}/healthz`)).text(), 'fine');
  assert.equal(await (await fetch(`${await serve(config, [STOPPING])}/healthz`)).text(), 'not now');
});

const requests: readonly [title: string, path: string, method: string, status: number][] = [
  ['HEAD', '/', 'HEAD', 200],
  ['a query is no part of the path', '/?verbose', 'GET', 200],
  ['another path', '/metrics', 'GET', 404],
  ['something to write', '/', 'POST', 405],
];
for (const [title, path, method, status] of requests) {
  test(`what else is asked for: ${title}`, async () => {
    const response = await fetch(`${await serve({}, [OK])}${path}`, { method });
    await response.text();
    assert.equal(response.status, status);
  });
}

for (const [config, message] of [
  [{ endpoint: '13134' }, /expected an address and a port/],
  [{ endpoint: '127.0.0.1:99999' }, /at most 65535/],
  [{ path: 'health' }, /expected a path/],
  [{ path: '/live' }, /to differ/],
] as const) {
  test(`wrong: ${JSON.stringify(config)}`, () => {
    assert.throws(() => healthCheckConfig.parse(config), message);
  });
}
