import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { estimateLog } from '../../src/otlp/size.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { exporterContext, logRecord } from '../../test/support/log_records.ts';
import { rateLimitConfig } from './config.ts';
import { RateLimitProcessor } from './rate_limit.ts';

type Config = z.input<typeof rateLimitConfig>;

const NOON = 1_760_011_200;
const HOUR = 3600;
const pod = (namespace: string, name: string, id = `${name}-id`) =>
  internResource({
    'k8s.namespace.name': namespace,
    'k8s.pod.name': name,
    'k8s.container.name': 'main',
    'container.id': id,
  });
const NODE = internResource({ 'host.name': 'node-1' });
const [WEB, DB] = [pod('shop', 'web'), pod('shop', 'db')];
const MAIL = pod('mail', 'smtp');

/** Seconds after noon, whose it is, its name. */
type Told = readonly [at: number, resource: LogRecord['resource'], eventName?: string];

function recordOf([at, resource, eventName = 'file.create']: Told): LogRecord {
  const whole = Math.floor(at);
  const hrTime: [number, number] = [NOON + whole, Math.round((at - whole) * 1e9)];
  return logRecord(1).with({ hrTime, resource, eventName });
}

function setUp(config: Config, answers: Outcome[] = []) {
  const account = new Account('rate_limit', 'processor');
  const passed: LogRecord[] = [];
  const next = {
    consumeLogs: async (batch: readonly LogRecord[]) => {
      const outcome = answers.shift() ?? ACCEPTED;
      if (outcome.kind === 'accepted') passed.push(...batch);
      return outcome;
    },
  };
  const context = { ...exporterContext('rate_limit'), account, meter: createNoopMeter() };
  const processor = new RateLimitProcessor(context, rateLimitConfig.parse(config), next);
  return { account, passed, processor };
}

const many = (times: number, told: Told): Told[] => Array.from({ length: times }, () => told);
/** One of these records. */
const SIZE = estimateLog(recordOf([0, WEB]));
/** One a second, one at once. */
const SLOW = { records_per_second: 1, burst: '1s' } as const;

const cases: readonly [title: string, limits: Config['limits'], told: readonly Told[], passed: number][] = [
  [
    'less than the rate',
    [SLOW],
    [
      [0, WEB],
      [1, WEB],
      [2, WEB],
    ],
    3,
  ],
  ['more than the rate', [SLOW], many(5, [0, WEB]), 1],
  ['what comes back with time', [SLOW], [...many(3, [0, WEB]), ...many(3, [1, WEB])], 2],
  ['no more than a burst comes back', [SLOW], [[0, WEB], ...many(3, [50, WEB])], 2],
  ['fractions of records add up', [SLOW], [0, 0.25, 0.5, 0.75, 1, 1.5, 2].map((at) => [at, WEB]), 3],
  ['a burst', [{ records_per_second: 2, burst: '5s' }], many(20, [0, WEB]), 10],
  ['each container has its own', [SLOW], [...many(3, [0, WEB]), ...many(3, [0, DB])], 2],
  [
    'a container that is restarted is another',
    [SLOW],
    [
      [0, WEB],
      [0, pod('shop', 'web', 'again')],
    ],
    2,
  ],
  ['the node is one', [SLOW], many(3, [0, NODE]), 1],
  [
    'containers of a namespace together',
    [{ ...SLOW, by: ['namespace'] }],
    [
      [0, WEB],
      [0, DB],
      [0, MAIL],
    ],
    2,
  ],
  [
    'all together',
    [{ ...SLOW, by: [] }],
    [
      [0, WEB],
      [0, MAIL],
      [0, NODE],
    ],
    1,
  ],
  [
    'names',
    [{ ...SLOW, by: ['event_name'] }],
    [
      [0, WEB, 'a'],
      [0, DB, 'a'],
      [0, DB, 'b'],
    ],
    2,
  ],
  [
    'pairs of containers and names',
    [{ ...SLOW, by: ['container', 'event_name'] }],
    [
      [0, WEB, 'a'],
      [0, WEB, 'a'],
      [0, WEB, 'b'],
      [0, DB, 'a'],
    ],
    3,
  ],
  [
    'of some names alone',
    [{ ...SLOW, event_names: ['FILE.*'] }],
    [...many(3, [0, WEB]), ...many(3, [0, WEB, 'x'])],
    4,
  ],
  [
    'of some namespaces alone',
    [{ ...SLOW, namespaces: ['sh*'] }],
    [...many(3, [0, WEB]), ...many(3, [0, MAIL]), ...many(3, [0, NODE])],
    7,
  ],
  ['detections pass, and count nowhere', [SLOW], [...many(3, [0, WEB, 'sigel.detection']), [0, WEB]], 4],
  ['what Sigel says of itself, too', [SLOW], many(3, [0, NODE, 'sigel.agent.events_lost']), 3],
  ['a provider of such a name does not', [SLOW], many(3, [0, WEB, 'sigel.x/detection']), 1],
  ['bytes of a day', [{ bytes_per_day: 3 * SIZE }], many(9, [0, WEB]), 3],
  [
    'a day ends at midnight',
    [{ bytes_per_day: SIZE }],
    [...many(2, [0, WEB]), ...many(2, [12 * HOUR, WEB])],
    2,
  ],
  [
    'what comes late is of the new day',
    [{ bytes_per_day: SIZE }],
    [[12 * HOUR, WEB], ...many(2, [12 * HOUR - 1, WEB])],
    1,
  ],
  ['both', [{ ...SLOW, bytes_per_day: 2 * SIZE }], [0, 0, 1, 1, 2, 3].map((at) => [at, WEB]), 2],
  [
    'what one limit leaves out, another does not count',
    [
      { ...SLOW, event_names: ['a'] },
      { by: [], records_per_second: 1, burst: '2s' },
    ],
    [
      [0, WEB, 'a'],
      [0, WEB, 'a'],
      [0, WEB, 'a'],
      [0, WEB, 'b'],
    ],
    2,
  ],
  [
    'records out of order bring nothing',
    [SLOW],
    [
      [5, WEB],
      [4, WEB],
      [5, WEB],
      [5.5, WEB],
    ],
    1,
  ],
  [
    'another boot begins anew',
    [SLOW],
    [
      [2 * HOUR, WEB],
      [0, WEB],
      [0, WEB],
      [1, WEB],
    ],
    3,
  ],
];

describe('what passes', () => {
  for (const [title, limits, told, wanted] of cases)
    test(title, async () => {
      const { processor, account, passed } = setUp({ limits });
      // In two batches, as it might be.
      const records = told.map(recordOf);
      const half = Math.ceil(records.length / 2);
      assert.equal(await processor.consumeLogs(records.slice(0, half)), ACCEPTED);
      assert.equal(await processor.consumeLogs(records.slice(half)), ACCEPTED);
      assert.equal(passed.length, wanted);
      const left = told.length - wanted;
      assert.deepEqual(
        [account.taken, account.emitted, account.dropped.get('rate_limit') ?? 0, account.imbalance()],
        [told.length, wanted, left, 0],
      );
    });
});

test('a batch of which all passes goes on as it is', async () => {
  const batch = [recordOf([0, WEB])];
  let seen: unknown;
  const context = { ...exporterContext('rate_limit'), account: new Account('rate_limit', 'processor') };
  const config = rateLimitConfig.parse({ limits: [SLOW] });
  await new RateLimitProcessor({ ...context, meter: createNoopMeter() }, config, {
    consumeLogs: async (records) => ((seen = records), ACCEPTED),
  }).consumeLogs(batch);
  assert.equal(seen, batch);
});

for (const refusal of [retryLater('full'), refusedForGood('no')]) {
  test(`what is refused (${refusal.kind}) is not counted, and passes when it comes again`, async () => {
    const { processor, account, passed } = setUp({ limits: [SLOW] }, [refusal, refusal]);
    const batch = many(3, [0, WEB]).map(recordOf);
    assert.equal(await processor.consumeLogs(batch), refusal);
    assert.equal(await processor.consumeLogs(batch), refusal);
    assert.equal(account.taken, 0);
    await processor.consumeLogs(batch);
    assert.equal(passed.length, 1);
    assert.deepEqual([account.taken, account.dropped.get('rate_limit'), account.imbalance()], [3, 2, 0]);
  });
}

test('no more groups than there is room for; what is forgotten begins anew', async () => {
  const { processor, account, passed } = setUp({ limits: [{ ...SLOW, by: ['event_name'] }], max_groups: 2 });
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await processor.consumeLogs([recordOf([0, WEB, name])]);
  assert.deepEqual(
    passed.map(({ eventName }) => eventName),
    ['a', 'b', 'c', 'b'],
  );
  assert.equal(account.status.shown('talkers').flat().length, 2);
});

test('the status page shows who sends most', async () => {
  const { processor, account } = setUp({
    limits: [
      { ...SLOW, burst: '3s' },
      { name: 'shop', by: ['namespace'], namespaces: ['shop'], bytes_per_day: '1MiB' },
    ],
  });
  const told = [...many(2, [0, MAIL]), ...many(5, [0, WEB])];
  await processor.consumeLogs(told.map(recordOf));
  assert.deepEqual(account.status.shown('talkers').flat(), [
    { limit: 'container', group: 'shop/web/main/web-id', records: 3, bytes: 3 * SIZE, dropped: 2 },
    { limit: 'container', group: 'mail/smtp/main/smtp-id', records: 2, bytes: 2 * SIZE, dropped: 0 },
    { limit: 'shop', group: 'shop', records: 3, bytes: 3 * SIZE, dropped: 0 },
  ]);
});

const wrong: readonly [title: string, config: unknown, message: RegExp][] = [
  ['no limit', { limits: [] }, /./],
  ['a limit of nothing', { limits: [{ by: ['container'] }] }, /records_per_second or bytes_per_day/],
  ['two of one name', { limits: [SLOW, SLOW] }, /two limits have one name/],
  ['something else to go by', { limits: [{ ...SLOW, by: ['pod'] }] }, /./],
  ['a rate of nothing', { limits: [{ records_per_second: 0 }] }, /./],
];
for (const [title, config, message] of wrong) {
  test(`config: ${title} is an error`, () => {
    const { success, error } = rateLimitConfig.safeParse(config);
    assert.equal(success, false);
    assert.match(error?.message ?? '', message);
  });
}

test('testdata/config.yaml is valid', () => {
  const configs = parse(readFileSync(new URL('testdata/config.yaml', import.meta.url), 'utf8')) as object;
  for (const config of Object.values(configs)) rateLimitConfig.parse(config);
});
