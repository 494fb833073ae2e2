/**
 * The demo in a real Loki, sent to its OpenTelemetry endpoint: the queries of docs/loki.md find what they say, and every
 * panel of the dashboards finds something.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dashboards, queriesOf } from '../support/dashboards.ts';
import { demoRecords } from '../support/demo_records.ts';
import { fencesOf } from '../support/fences.ts';
import type { StoredRecord } from './otlp_json.ts';
import { type Loki, startLoki } from './peers/loki.ts';
import { ensureLoki } from './peers/loki_build.ts';
import { sendDemo } from './send_demo.ts';

const peer = await ensureLoki();
const skip = peer.kind === 'missing' ? peer.reason : false;

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

describe('Loki', { skip }, () => {
  let loki: Loki;
  let records: readonly StoredRecord[];
  let from = 0;
  let to = 0;

  before(async () => {
    assert.equal(peer.kind, 'ready');
    records = await demoRecords();
    const seconds = records.map(({ time }) => Number(time / 1_000_000_000n));
    from = Math.min(...seconds) - 1;
    to = Math.max(...seconds) + 2;
    loki = await startLoki(peer.path);
    await sendDemo(
      `exporters::otlp_http::logs_endpoint=${loki.url}/otlp/v1/logs`,
      'service::pipelines::logs::exporters=[otlp_http]',
    );
  });
  after(() => loki?.dispose());

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
