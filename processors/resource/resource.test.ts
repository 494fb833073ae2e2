import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { parse } from 'yaml';
import type { z } from 'zod';
import { NO_ATTRIBUTES } from '../../src/model/attribute_set.ts';
import { type LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { type Span, type SpanBatch, withResource } from '../../src/model/span.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { span } from '../../test/support/log_records.ts';
import { resourceConfig } from './config.ts';
import { resourceOfLogs, resourceOfTraces } from './resource.ts';

type Attributes = z.input<typeof resourceConfig>['attributes'];

const host = { 'host.name': 'n1', 'os.type': 'windows' };
const resource = resourceFromAttributes(host);
const recordOf = (of = resource) =>
  LogRecord.of({
    hrTime: [1, 2],
    hrTimeObserved: [1, 2],
    eventName: 'e',
    severityNumber: SeverityNumber.INFO,
    body: 'b',
    own: NO_ATTRIBUTES,
    blocks: [],
    resource: of,
    instrumentationScope: { name: 't' },
  });

function processor(attributes: Attributes, outcome: Outcome = ACCEPTED) {
  const seen: LogRecord[] = [];
  const account = new Account('resource', 'processor');
  const next = { consumeLogs: async (batch: LogBatch) => (seen.push(...batch), outcome) };
  return {
    seen,
    account,
    consume: (batch: LogBatch) =>
      resourceOfLogs(account, resourceConfig.parse({ attributes }), next).consumeLogs(batch),
  };
}

const cases: readonly [title: string, attributes: Attributes, result: Readonly<Record<string, unknown>>][] = [
  ['insert where absent', [{ key: 'team', value: 'a', action: 'insert' }], { ...host, team: 'a' }],
  ['insert where present', [{ key: 'host.name', value: 'a', action: 'insert' }], host],
  ['update where absent', [{ key: 'team', value: 'a', action: 'update' }], host],
  [
    'update where present',
    [{ key: 'host.name', value: 'a', action: 'update' }],
    { ...host, 'host.name': 'a' },
  ],
  ['upsert where absent', [{ key: 'team', value: 1, action: 'upsert' }], { ...host, team: 1 }],
  [
    'upsert where present',
    [{ key: 'host.name', value: 'a', action: 'upsert' }],
    { ...host, 'host.name': 'a' },
  ],
  ['set is upsert', [{ key: 'host.name', value: true, action: 'set' }], { ...host, 'host.name': true }],
  ['a list', [{ key: 'zones', value: ['a', 'b'], action: 'set' }], { ...host, zones: ['a', 'b'] }],
  ['delete', [{ key: 'os.type', action: 'delete' }], { 'host.name': 'n1' }],
  ['delete what is absent', [{ key: 'team', action: 'delete' }], host],
  [
    'in order',
    [
      { key: 'host.name', action: 'delete' },
      { key: 'host.name', value: 'a', action: 'update' },
      { key: 'host.name', value: 'b', action: 'insert' },
    ],
    { 'os.type': 'windows', 'host.name': 'b' },
  ],
];
for (const [title, attributes, result] of cases) {
  test(`resource: ${title}`, async () => {
    const { seen, account, consume } = processor(attributes);
    const record = recordOf();
    assert.equal(await consume([record]), ACCEPTED);
    assert.deepEqual(seen[0]?.resource.attributes, result);
    assert.equal(seen[0]?.body, 'b');
    assert.deepEqual(record.resource.attributes, host);
    assert.deepEqual([account.taken, account.emitted, account.imbalance()], [1, 1, 0]);
  });
}

test('one resource in, one resource out, and equal ones are one object', async () => {
  const { seen, consume } = processor([{ key: 'team', value: 'one-object', action: 'set' }]);
  await consume([recordOf(), recordOf(), recordOf(resourceFromAttributes(host))]);
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen.map((record) => record.resource)).size, 1);
  assert.equal(seen[0]?.resource, internResource({ ...host, team: 'one-object' }));
});

test('a record whose resource stays the same is handed on itself', async () => {
  const { seen, consume } = processor([{ key: 'team', action: 'delete' }]);
  const record = recordOf();
  await consume([record]);
  assert.equal(seen[0], record);
});

test('spans get other resources, too, and stay what they are', async () => {
  const seen: Span[] = [];
  const account = new Account('resource', 'processor');
  const next = { consumeTraces: async (batch: SpanBatch) => (seen.push(...batch), ACCEPTED) };
  const config = resourceConfig.parse({ attributes: [{ key: 'team', value: 'spans', action: 'set' }] });
  const given = [span('a'), span('b', { parentSpanContext: span('a').spanContext() })];
  assert.equal(await resourceOfTraces(account, config, next).consumeTraces(given), ACCEPTED);
  const bytesOf = (spans: readonly Span[]) =>
    ProtobufTraceSerializer.serializeRequest(spans.map((one) => withResource(one, resource)));
  assert.deepEqual(bytesOf(seen), bytesOf(given));
  assert.equal(seen[0]?.resource.attributes['team'], 'spans');
  assert.equal(seen[0]?.resource, seen[1]?.resource);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [2, 2, 0]);
});

test('the schema URL stays', async () => {
  const { seen, consume } = processor([{ key: 'team', value: 'a', action: 'set' }]);
  await consume([
    recordOf(resourceFromAttributes(host, { schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' })),
  ]);
  assert.equal(seen[0]?.resource.schemaUrl, 'https://opentelemetry.io/schemas/1.44.0');
});

test('a refusal goes back and nothing is counted', async () => {
  const refusal = retryLater('full');
  const { account, consume } = processor([{ key: 'team', value: 'a', action: 'set' }], refusal);
  assert.equal(await consume([recordOf()]), refusal);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [0, 0, 0]);
});

const wrong: readonly [title: string, config: unknown][] = [
  ['no attributes', {}],
  ['an empty list', { attributes: [] }],
  ['no action', { attributes: [{ key: 'a', value: 'b' }] }],
  ['an unknown action', { attributes: [{ key: 'a', value: 'b', action: 'hash' }] }],
  ['no value to set', { attributes: [{ key: 'a', action: 'set' }] }],
  ['a value to delete', { attributes: [{ key: 'a', value: 'b', action: 'delete' }] }],
  ['no key', { attributes: [{ value: 'b', action: 'set' }] }],
  ['a map as value', { attributes: [{ key: 'a', value: { b: 1 }, action: 'set' }] }],
  ['a mixed list', { attributes: [{ key: 'a', value: ['b', 1], action: 'set' }] }],
];
for (const [title, config] of wrong) {
  test(`config: ${title} is an error`, () => assert.equal(resourceConfig.safeParse(config).success, false));
}

test('testdata/config.yaml is valid', () => {
  const configs = parse(readFileSync(new URL('testdata/config.yaml', import.meta.url), 'utf8')) as object;
  for (const config of Object.values(configs)) resourceConfig.parse(config);
});
