import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { parse } from 'yaml';
import type { z } from 'zod';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { NO_ATTRIBUTES } from '../../src/model/attribute_set.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { madeEvent } from '../../test/support/made_event.ts';
import { filterConfig } from './config.ts';
import { FilterProcessor } from './filter.ts';

const KERNEL_PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const mapper = new RecordMapper({ resource: emptyResource(), scope: { name: 't' }, observedTime: 'event' });
const started = mapper.map(
  madeEvent({
    provider: KERNEL_PROCESS,
    providerName: 'Microsoft-Windows-Kernel-Process',
    id: 1,
    payload: { ProcessID: 1 },
  }),
);
const exited = mapper.map(
  madeEvent({
    provider: KERNEL_PROCESS,
    providerName: 'Microsoft-Windows-Kernel-Process',
    id: 2,
    payload: { ProcessID: 1 },
  }),
);
const other = mapper.map(madeEvent({ providerName: 'Contoso-Shop', event: 'Sold', id: 1, payload: {} }));
const own = started.with({ own: NO_ATTRIBUTES, eventName: 'sigel.detection', body: 'x', blocks: [] });
const ALL = { started, exited, other, own };

type Config = z.input<typeof filterConfig>;

async function run(config: Config, batch: LogBatch, outcome: Outcome = ACCEPTED) {
  const account = new Account('filter', 'processor');
  const seen: LogBatch[] = [];
  const next = { consumeLogs: async (records: LogBatch) => (seen.push(records), outcome) };
  const result = await new FilterProcessor(account, filterConfig.parse(config), next).consumeLogs(batch);
  return { account, seen, result };
}

const cases: readonly [title: string, config: Config, kept: readonly (keyof typeof ALL)[]][] = [
  ['an event name', { include: [{ event_names: ['process.start'] }] }, ['started']],
  ['a pattern at the end', { include: [{ event_names: ['process.*'] }] }, ['started', 'exited']],
  ['a pattern at the beginning', { include: [{ event_names: ['*.exit', '*/sold'] }] }, ['exited', 'other']],
  ['a pattern within', { include: [{ event_names: ['p*s.*t'] }] }, ['started', 'exited']],
  ['parts do not overlap', { include: [{ event_names: ['process.start*start'] }] }, []],
  ['a dot is a dot', { include: [{ event_names: ['process_start'] }] }, []],
  ['everything', { include: [{ event_names: ['*'] }] }, ['started', 'exited', 'other', 'own']],
  ['a provider by name, in any case', { include: [{ providers: ['contoso-SHOP'] }] }, ['other']],
  ['a provider by GUID', { include: [{ providers: [KERNEL_PROCESS] }] }, ['started', 'exited']],
  [
    'a provider by GUID in braces',
    { include: [{ providers: [`{${KERNEL_PROCESS.toUpperCase()}}`] }] },
    ['started', 'exited'],
  ],
  ['an id, of any provider', { include: [{ event_ids: [1] }] }, ['started', 'other']],
  ['an id of a provider', { include: [{ event_ids: [1], providers: ['*-Process'] }] }, ['started']],
  [
    'one of two conditions',
    { include: [{ event_ids: [2] }, { event_names: ['sigel.*'] }] },
    ['exited', 'own'],
  ],
  ['exclude alone', { exclude: [{ event_names: ['process.*'] }] }, ['other', 'own']],
  ['exclude wins', { include: [{ event_names: ['process.*'] }], exclude: [{ event_ids: [2] }] }, ['started']],
];
for (const [title, config, kept] of cases) {
  test(`filter by ${title}`, async () => {
    const batch = Object.values(ALL);
    const { account, seen, result } = await run(config, [...batch, ...batch]);
    assert.equal(result, ACCEPTED);
    const expected = kept.map((name) => ALL[name]);
    assert.deepEqual(seen, expected.length === 0 ? [] : [[...expected, ...expected]]);
    assert.deepEqual(
      [account.taken, account.emitted, account.filtered],
      [8, 2 * kept.length, 8 - 2 * kept.length],
    );
    assert.equal(account.imbalance(), 0);
  });
}

test('a batch of which all is kept goes on as it is', async () => {
  const batch = [started, exited];
  const { seen } = await run({ include: [{ event_names: ['process.*'] }] }, batch);
  assert.equal(seen[0], batch);
});

for (const outcome of [retryLater('full'), refusedForGood('too large')]) {
  test(`a refusal (${outcome.kind === 'refused' ? outcome.reason : ''}) goes back and nothing is counted`, async () => {
    const { account, result } = await run({ exclude: [{ event_ids: [2] }] }, [started, exited], outcome);
    assert.equal(result, outcome);
    assert.deepEqual([account.taken, account.emitted, account.filtered, account.imbalance()], [0, 0, 0, 0]);
  });
}

test('one block with several event names is decided for each', async () => {
  const renamed = started.with({ eventName: 'process.renamed' });
  const { seen } = await run({ include: [{ event_names: ['process.start'] }] }, [
    started,
    renamed,
    started,
    renamed,
  ]);
  assert.deepEqual(seen, [[started, started]]);
});

const wrong: readonly [title: string, config: unknown][] = [
  ['nothing', {}],
  ['an empty list', { include: [] }],
  ['an empty condition', { include: [{}] }],
  ['an unknown key', { include: [{ event_name: ['x'] }] }],
  ['an empty name', { include: [{ event_names: [''] }] }],
  ['a name with spaces around it', { include: [{ event_names: [' process.start'] }] }],
  ['an id that is none', { exclude: [{ event_ids: [65_536] }] }],
];
for (const [title, config] of wrong) {
  test(`config: ${title} is an error`, () => assert.equal(filterConfig.safeParse(config).success, false));
}

test('testdata/config.yaml is valid', () => {
  const configs = parse(readFileSync(new URL('testdata/config.yaml', import.meta.url), 'utf8')) as object;
  for (const config of Object.values(configs)) filterConfig.parse(config);
});
