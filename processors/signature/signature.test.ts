import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../src/model/attributes.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import {
  bodies,
  openSignatures,
  ruleFolder,
  ruleText,
  type SignatureOptions,
  type SignatureRun,
  started,
} from '../../test/support/signature_processor.ts';

const rulesIn = ruleFolder();
const RULES = `${ruleText('tool', 'high')}${ruleText('other', 'low')}title: Twice
name: twice
level: critical
correlation:
    type: event_count
    rules: [other]
    group-by: [User]
    timespan: 1m
    condition: {gte: 2}
`;
const rules = rulesIn('rules.yml', RULES);

const open = (config: SignatureOptions, outcomes: Outcome[] = []): Promise<SignatureRun> =>
  openSignatures({ rules: [rules], ...config }, outcomes);
const sums = ({ account }: SignatureRun): number[] => [
  account.taken,
  account.made,
  account.filtered,
  account.emitted,
  account.imbalance(),
];

test('a detection stands behind the record that fired it, with its resource, span context and attributes', async () => {
  const run = await open({ ruleset: 'shop' });
  const record = started('tool');
  assert.deepEqual(await run.processor.consumeLogs([started('calm'), record, started('calm')]), ACCEPTED);
  const [, , detection] = run.seen[0] ?? [];
  assert.deepEqual(bodies(run), ['C:\\calm.exe', 'C:\\tool.exe', 'The tool runs', 'C:\\calm.exe']);
  assert.ok(detection !== undefined);
  assert.equal(detection.eventName, 'sigel.detection');
  assert.equal(detection.severityNumber, SeverityNumber.ERROR);
  assert.equal(detection.severityText, 'high');
  assert.deepEqual(detection.hrTime, record.hrTime);
  assert.equal(detection.resource, record.resource);
  assert.equal(detection.spanContext, record.spanContext);
  assert.equal(detection.get(Attr.etwEventData), record.get(Attr.etwEventData));
  const { 'etw.event.data': _, 'log.record.uid': uid, ...attributes } = detection.attributes;
  assert.match(String(uid), /^[0-9a-f]{32}$/);
  const event = run.seen[0]?.[1]?.get(Attr.logRecordUid);
  assert.match(String(event), /^[0-9a-f]{32}$/);
  assert.notEqual(event, uid);
  assert.deepEqual(attributes, {
    'winlog.channel': 'Microsoft-Windows-Sysmon/Operational',
    'etw.event.id': 1,
    'security_rule.uuid': '00000000-0000-0000-0000-000000000004',
    'security_rule.name': 'The tool runs',
    'security_rule.category': 'process_creation',
    'security_rule.description': 'A tool that tool users start',
    'security_rule.reference': 'https://example.org/a',
    'security_rule.version': '2026-02-03',
    'security_rule.license': 'Apache-2.0',
    'security_rule.ruleset.name': 'shop',
    'threat.framework': 'MITRE ATT&CK',
    'threat.tactic.id': ['TA0002', 'TA0004'],
    'threat.tactic.name': ['Execution', 'Privilege Escalation'],
    'threat.technique.id': ['T1059'],
    'threat.technique.subtechnique.id': ['T1059.001'],
    'sigel.rule.level': 'high',
    'sigel.rule.author': "The shop's team",
    'sigel.rule.status': 'test',
    'sigel.rule.references': ['https://example.org/a', 'https://example.org/b'],
    'sigel.rule.false_positives': ['Administrators'],
    'sigel.rule.tags': ['attack.execution', 'attack.t1059.001', 'attack.privilege_escalation', 'cve.2026-1'],
    'sigel.detection.event_name': 'windows.event',
    'sigel.detection.event_uid': event,
  });
  assert.deepEqual(sums(run), [3, 1, 0, 4, 0]);
});

test('the uid of a detection is the same for the same event, and another for another event', async () => {
  const run = await open({ emit: 'detections' });
  await run.processor.consumeLogs([started('tool'), started('tool'), started('tool', 1)]);
  const [one, same, other] = run.seen.flat().map((record) => record.get(Attr.logRecordUid));
  assert.equal(one, same);
  assert.notEqual(one, other);
});

test('a correlation tells its group and events; what it counts does not speak for itself', async () => {
  const run = await open({});
  await run.processor.consumeLogs([started('other', 0), started('other', 1, 'bob'), started('other', 2)]);
  assert.deepEqual(bodies(run).slice(3), ['Twice']);
  const detection = run.seen.flat().at(-1);
  assert.deepEqual(
    detection?.get(Attr.correlationGroup),
    Object.assign(Object.create(null), { User: 'ann' }),
  );
  const uids = run.seen.flat().map((record) => record.get(Attr.logRecordUid));
  assert.deepEqual(detection?.get(Attr.correlationEvents), [uids[0], uids[2]]);
  assert.equal(detection?.get(Attr.detectionEventUid), uids[2]);
  assert.equal(detection?.get(Attr.correlationValue), 2);
});

const selections: readonly [title: string, config: SignatureOptions, bodies: readonly string[]][] = [
  ['all', {}, ['The tool runs', 'Twice']],
  ['a level', { levels: ['high'] }, ['The tool runs']],
  ['from a level on, with what its correlations count', { min_level: 'critical' }, ['Twice']],
  ['a status', { status: ['test'] }, ['The tool runs', 'The other runs', 'The other runs']],
];
for (const [title, config, expected] of selections) {
  test(`rules by ${title}`, async () => {
    const run = await open({ emit: 'detections', ...config });
    await run.processor.consumeLogs([started('tool'), started('other', 1), started('other', 2)]);
    assert.deepEqual(bodies(run), expected);
    assert.deepEqual(sums(run), [3, expected.length, 3, expected.length, 0]);
  });
}

test('a batch that fired nothing goes on as it is, and what refuses it is told', async () => {
  const batch = [started('calm')];
  const run = await open({}, [retryLater('full')]);
  assert.deepEqual(await run.processor.consumeLogs(batch), retryLater('full'));
  assert.deepEqual(sums(run), [0, 0, 0, 0, 0]);
  assert.deepEqual(await run.processor.consumeLogs(batch), ACCEPTED);
  assert.equal(run.seen[0], batch);
});

test('a batch that was counted is offered on from here, and counted once', async () => {
  const run = await open({ emit: 'detections' }, [retryLater('full')]);
  await run.processor.consumeLogs([started('other', 0), started('tool', 0)]);
  await run.processor.consumeLogs([started('other', 1)]);
  assert.deepEqual(bodies(run), ['The tool runs', 'Twice']);
  assert.deepEqual(sums(run), [3, 2, 3, 2, 0]);
});

test('what is refused for good is dropped and counted', async () => {
  const run = await open({}, [refusedForGood('too large')]);
  assert.deepEqual(await run.processor.consumeLogs([started('tool')]), ACCEPTED);
  assert.deepEqual([...run.account.dropped], [['refused', 2]]);
  assert.deepEqual(sums(run), [1, 1, 0, 0, 0]);
});

test('shutdown gives up what nobody takes when its time is over', async () => {
  const run = await open(
    {},
    Array.from({ length: 1000 }, () => retryLater('full')),
  );
  const open_ = run.processor.consumeLogs([started('tool')]);
  await run.processor.shutdown(AbortSignal.abort());
  assert.deepEqual(await open_, ACCEPTED);
  assert.deepEqual([...run.account.dropped], [['shutdown', 2]]);
  assert.deepEqual([run.account.queued, run.account.imbalance()], [0, 0]);
});

test('detections of another signature processor pass and fire nothing', async () => {
  const first = await open({ emit: 'detections' });
  await first.processor.consumeLogs([started('tool')]);
  const second = await open({ emit: 'detections' });
  await second.processor.consumeLogs(first.seen[0] ?? []);
  assert.deepEqual(bodies(second), ['The tool runs']);
});

test('a rule that cannot be loaded is told with its place; the others run', async () => {
  const broken = rulesIn(
    'broken.yml',
    `${ruleText('tool', 'high')}title: broken\nlogsource: {product: windows}\ndetection: {a: {F|re: '('}, condition: a}\n`,
  );
  const run = await open({ rules: [broken], emit: 'detections' });
  await run.processor.consumeLogs([started('tool')]);
  assert.deepEqual(bodies(run), ['The tool runs']);
  assert.match(run.logged.join('\n'), /rule not loaded: .*broken\.yml:21:23: error parsing regexp/);
});

test('no rule at all does not start', async () => {
  await assert.rejects(
    open({ builtin: false, rules: ['/nowhere/none'] }),
    /none: no such file or folder of rules/,
  );
});

test('lists come from the config and from files', async () => {
  const file = rulesIn('names.txt', '# tools\ntool\n\nhammer\n');
  const text = ruleText('tool', 'high')
    .replace("'\\tool.exe'", "'\\%names%.exe'")
    .replace('|endswith', '|endswith|expand');
  const expand = rulesIn('expand.yml', text);
  for (const list of [['tool'], { file }]) {
    const run = await open({ rules: [expand], lists: { names: list }, emit: 'detections' });
    await run.processor.consumeLogs([started('tool')]);
    assert.deepEqual(bodies(run), ['The tool runs']);
  }
  await assert.rejects(
    open({ rules: [expand], lists: { names: { file: '/nowhere/none' } } }),
    /the list names cannot be read/,
  );
});
