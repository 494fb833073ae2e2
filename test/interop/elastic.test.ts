/**
 * The demo in a real Elasticsearch, through the gateway of docker/collector: the searches of docs/elastic.md find what
 * they say, by OpenTelemetry's names and by those of the Elastic Common Schema.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demoRecords } from '../support/demo_records.ts';
import { fencesOf } from '../support/fences.ts';
import type { StoredRecord } from './otlp_json.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { type Elasticsearch, startElasticsearch } from './peers/elasticsearch.ts';
import { ensureElasticsearch } from './peers/elasticsearch_build.ts';
import { startGateway } from './peers/gateway.ts';
import { mayStillBuild } from './peers/peer.ts';
import { plainIndices } from './peers/plain_indices.ts';
import { until } from './peers/process.ts';
import { sendDemo } from './send_demo.ts';
import { ROOT } from './shared_data.ts';

const collector = await ensureCollector('views.yaml');
const peer = await ensureElasticsearch();
const may = mayStillBuild('the start of Elasticsearch');
const skip =
  [collector, peer, may].flatMap((one) => (one !== true && one.kind === 'missing' ? [one.reason] : []))[0] ??
  false;

const attribute = (name: string, value: string) => (record: StoredRecord) =>
  [record.attributes[name] ?? record.resource[name]].flat().includes(value);
const isDetection = ({ eventName }: StoredRecord) => eventName === 'sigel.detection';

/** What each search of docs/elastic.md is about, in their order. */
const SEARCHES: readonly (readonly [title: string, of: (record: StoredRecord) => boolean])[] = [
  ['detections of a namespace', (r) => isDetection(r) && attribute('k8s.namespace.name', 'shop')(r)],
  ['detections of a pod', (r) => isDetection(r) && attribute('k8s.pod.name', 'shop-web-6d5f8b7c9d-x2x7p')(r)],
  ['a rule', attribute('security_rule.name', 'Tor client started')],
  ['a technique', attribute('threat.technique.id', 'T1059')],
  [
    'what the web server started',
    (r) => r.eventName === 'process.start' && attribute('process.parent.executable.name', 'w3wp.exe')(r),
  ],
  ['how often each rule fired', isDetection],
];

/** Asks for nothing but the number of documents. */
const COUNT = { size: 0, track_total_hits: true };

interface Found {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly { readonly _source: object }[];
  };
  readonly aggregations?: { readonly rules: { readonly buckets: readonly { readonly doc_count: number }[] } };
}

describe('Elasticsearch', { skip }, () => {
  let elastic: Elasticsearch;
  let records: readonly StoredRecord[];
  const search = async (body: unknown): Promise<Found> =>
    (await elastic.ask('POST', '/logs-*/_search', body)) as Found;

  before(async () => {
    assert.ok(peer.kind === 'ready' && collector.kind === 'ready');
    records = await demoRecords('ecs');
    elastic = await startElasticsearch(peer.path);
    const template = readFileSync(join(ROOT, 'docker', 'elasticsearch', 'index_template.json'), 'utf8');
    await elastic.ask('PUT', '/_index_template/sigel', JSON.parse(template));
    // The exporter asks for a data stream, which this Elasticsearch does not have.
    const front = await plainIndices(elastic.url);
    const gateway = await startGateway(collector.path, 'views.yaml', { ELASTICSEARCH_URL: front.url });
    try {
      await sendDemo(gateway.endpoint);
      // The exporter sends from a queue, and an index that was just made is not searched at once.
      const isThere = async () => {
        await elastic.ask('POST', '/_refresh');
        return (await search(COUNT)).hits.total.value >= records.length;
      };
      await until('every document is there', () => isThere().catch(() => false), 120_000).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}\n${gateway.log()}`, { cause: error });
        },
      );
    } finally {
      await gateway.stop();
      await front.close();
    }
  });
  after(() => elastic?.dispose());

  const searches = fencesOf('docs/elastic.md', 'json');
  test('the documented searches are those that are tested here', () =>
    assert.equal(searches.length, SEARCHES.length));
  for (const [i, [title, of]] of SEARCHES.entries()) {
    test(`docs/elastic.md: ${title}`, async () => {
      const { hits, aggregations } = await search(JSON.parse(searches[i] ?? ''));
      const expected = records.filter(of).length;
      assert.ok(expected > 0);
      assert.equal(hits.total.value, expected);
      const counted = aggregations?.rules.buckets.reduce((sum, { doc_count }) => sum + doc_count, 0);
      if (aggregations !== undefined) assert.equal(counted, expected);
    });
  }

  test('every record is one document, with its time, body and attributes as they were', async () => {
    const body = { size: 1, query: { term: { 'rule.name': 'Tor client started' } } };
    const { hits } = await search(body);
    const tor = records.find(attribute('security_rule.name', 'Tor client started'));
    const document = hits.hits[0]?._source as {
      readonly '@timestamp': string;
      readonly body: { readonly text: string };
      readonly attributes: Readonly<Record<string, unknown>>;
    };
    assert.equal(document.body.text, tor?.body);
    assert.equal(document.attributes['process.command_line'], tor?.attributes['process.command_line']);
    assert.equal(document.attributes['process.executable'], tor?.attributes['process.executable.path']);
    assert.equal((await search(COUNT)).hits.total.value, records.length);
  });
});
