/**
 * The demo on the way of docker/compose.yaml, without containers: its Sigel, gateway, Loki, Jaeger and Prometheus, each
 * with the configuration that lies there. The queries of docs/loki.md and docs/jaeger.md find what they say, every panel
 * about logs finds something, the attack is a tree, and the metrics are asked for by the alerts' rules.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dashboards, queriesOf } from '../support/dashboards.ts';
import { demoRecords } from '../support/demo_records.ts';
import { fencesOf } from '../support/fences.ts';
import type { StoredRecord } from './otlp_json.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { type Gateway, startGateway } from './peers/gateway.ts';
import { type Jaeger, startJaeger } from './peers/jaeger.ts';
import { ensureJaeger } from './peers/jaeger_build.ts';
import { type Loki, startLoki } from './peers/loki.ts';
import { ensureLoki } from './peers/loki_build.ts';
import { freePort } from './peers/ports.ts';
import { until } from './peers/process.ts';
import { type Prometheus, startPrometheus } from './peers/prometheus.ts';
import { ensurePrometheus } from './peers/prometheus_package.ts';
import { sendDemo } from './send_demo.ts';
import type { LedgerAccount } from './sigel.ts';

const peers = {
  collector: await ensureCollector('views.yaml'),
  loki: await ensureLoki(),
  jaeger: await ensureJaeger(),
  prometheus: await ensurePrometheus(),
};
const skip =
  Object.values(peers).flatMap((peer) => (peer.kind === 'missing' ? [peer.reason] : []))[0] ?? false;

const isDetection = ({ eventName }: StoredRecord) => eventName === 'sigel.detection';
const has = (name: string, value: string | number) => (record: StoredRecord) =>
  (record.attributes[name] ?? record.resource[name]) === value;
const both =
  (...tests: readonly ((record: StoredRecord) => boolean)[]) =>
  (record: StoredRecord) =>
    tests.every((holds) => holds(record));

/** What each query of docs/loki.md is about, in their order. */
const QUERIES: readonly (readonly [title: string, of: (record: StoredRecord) => boolean])[] = [
  ['detections of a namespace', both(isDetection, has('k8s.namespace.name', 'shop'))],
  ['detections of a pod', both(isDetection, has('k8s.pod.name', 'shop-web-6d5f8b7c9d-x2x7p'))],
  ['a rule by its name', has('security_rule.name', 'Tor client started')],
  ['a rule by its id', has('security_rule.uuid', 'e8b46f6a-9538-4a70-a2b2-9cab41998456')],
  ['those to look at first', both(isDetection, ({ severity }) => severity >= 17)],
  [
    'a technique',
    ({ attributes }) =>
      Array.isArray(attributes['threat.technique.id']) && attributes['threat.technique.id'].includes('T1059'),
  ],
  [
    'what the web server started',
    both(
      ({ eventName }) => eventName === 'process.start',
      has('process.parent.executable.name', 'w3wp.exe'),
      has('k8s.namespace.name', 'shop'),
    ),
  ],
  [
    'who connected where',
    both(({ eventName }) => eventName === 'network.connect', has('destination.port', 3333)),
  ],
  ['how often each rule fired', isDetection],
];

describe('what docker/compose.yaml shows', { skip }, () => {
  let loki: Loki;
  let jaeger: Jaeger;
  let prometheus: Prometheus;
  let gateway: Gateway;
  let sent: readonly LedgerAccount[];
  let records: readonly StoredRecord[];
  let from = 0;
  let to = 0;

  before(async () => {
    const path = (name: keyof typeof peers): string => {
      const peer = peers[name];
      assert.ok(peer.kind === 'ready');
      return peer.path;
    };
    const metrics = `127.0.0.1:${await freePort()}`;
    [records, loki, jaeger, prometheus] = await Promise.all([
      demoRecords(),
      startLoki(path('loki')),
      startJaeger(path('jaeger')),
      startPrometheus(path('prometheus'), metrics),
    ]);
    const seconds = records.map(({ time }) => Number(time / 1_000_000_000n));
    from = Math.min(...seconds) - 1;
    to = Math.max(...seconds) + 2;
    gateway = await startGateway(path('collector'), 'views.yaml', {
      LOKI_URL: loki.url,
      JAEGER_ENDPOINT: jaeger.endpoint,
      METRICS_ENDPOINT: metrics,
    });
    sent = await sendDemo(gateway.endpoint);
    const all = 'sum(count_over_time({service_name=~".+"}[1h]))';
    await until('Loki has every record', async () => {
      const [count] = await loki.query(all, from, to);
      return Number(count?.values[0]) >= records.length;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${gateway.log()}`, { cause: error });
    });
  });
  after(() => Promise.all([gateway?.stop(), loki?.dispose(), jaeger?.dispose(), prometheus?.dispose()]));

  test('Jaeger: a service for each workload, the detections in the tree of the attack', async () => {
    await until('Jaeger has the services', async () => (await jaeger.services()).length >= 3);
    assert.deepEqual((await jaeger.services()).toSorted(), ['shop-api', 'shop-web', 'windows-node']);
    const [attack, ...others] = await jaeger.find('shop-web', { 'security_rule.name': 'Tor client started' });
    assert.equal(others.length, 0);
    const names = attack?.spans.map(({ operationName }) => operationName) ?? [];
    for (const name of ['exec w3wp.exe', 'detection: Tor client started'])
      assert.ok(names.includes(name), name);
  });

  for (const query of fencesOf('docs/jaeger.md', 'logfmt')) {
    test(`docs/jaeger.md: ${query}`, async () => {
      const tags = Object.fromEntries(
        Array.from(query.matchAll(/(\S+?)=(?:"([^"]*)"|(\S+))/g), ([, name = '', quoted, plain]) => [
          name,
          quoted ?? plain ?? '',
        ]),
      );
      const found = await jaeger.find('shop-web', tags);
      assert.equal(found.length, 1);
      assert.ok(
        found[0]?.spans.some(({ operationName }) => operationName === 'detection: Tor client started'),
      );
    });
  }

  test('Prometheus: what the agent has delivered, and every alert is evaluated', async () => {
    const delivered = sent.reduce((sum, account) => sum + account.delivered, 0);
    assert.ok(delivered > records.length);
    await until('Prometheus has what was delivered', async () => {
      const [sum = 0] = await prometheus.query('sum(sigel_exporter_records_delivered_total)');
      return sum === delivered;
    });
    const evaluated = async () => (await prometheus.rules()).every(({ health }) => health === 'ok');
    await until('every rule was evaluated', evaluated);
    assert.ok((await prometheus.rules()).length > 5);
  });

  const queries = fencesOf('docs/loki.md', 'logql');
  test('the documented queries are those that are tested here', () =>
    assert.equal(queries.length, QUERIES.length));
  for (const [i, [title, of]] of QUERIES.entries()) {
    test(`docs/loki.md: ${title}`, async () => {
      const found = await loki.query(queries[i] ?? '', from, to);
      const isNumbers = !queries[i]?.startsWith('{');
      const count = found.reduce(
        (sum, { values }) => sum + (isNumbers ? Number(values[0]) : values.length),
        0,
      );
      const expected = records.filter(of).length;
      assert.ok(expected > 0);
      assert.equal(count, expected);
    });
  }

  test('the index holds few labels', async () => {
    const labels = await loki.labels(from, to);
    assert.deepEqual(
      labels.filter((name) => name !== 'service_name' && name !== '__stream_shard__').toSorted(),
      ['k8s_namespace_name'],
    );
  });

  for (const { where, text } of dashboards()
    .flatMap(queriesOf)
    .filter(({ source, where }) => source === 'loki' && !where.includes(': $'))) {
    test(`${where} shows something`, async () => {
      const asked = text
        .replaceAll(/\$__(range|auto)\b/g, '1h')
        .replaceAll(/\$(namespace|pod|rule)\b/g, '.*');
      assert.doesNotMatch(asked, /\$/);
      assert.notEqual((await loki.query(asked, from, to)).length, 0, asked);
    });
  }
});
