/** Signatures that are code, as a pipeline meets them. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createNoopMeter, SeverityNumber } from '@opentelemetry/api';
import type { z } from 'zod';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { folderOf, signatureText } from '../../test/support/signature_files.ts';
import { signatureConfig } from './config.ts';
import { SignatureProcessor } from './signature.ts';

const ODD = `return {
  onEvent(record) { if (record.pid % 2 === 1) context.emit({ evidence: 'inferred', data: { odd: true } }); },
};`;
const FIRST = `let first; return {
  onEvent(record) { first ??= record; },
  onSignal() { context.emit({ record: first }); },
};`;

// A test that fails must not leave its thread behind.
const running: SignatureProcessor[] = [];
after(() => Promise.all(running.map((one) => one.shutdown(AbortSignal.abort()))));

async function open(
  create: string,
  config: Partial<z.input<typeof signatureConfig>>,
  outcomes: Outcome[] = [],
) {
  const account = new Account('signature', 'processor');
  const seen: LogBatch[] = [];
  const next = {
    consumeLogs: async (batch: LogBatch) => {
      const outcome = outcomes.shift() ?? ACCEPTED;
      if (outcome.kind === 'accepted') seen.push(batch);
      return outcome;
    },
  };
  const context = {
    id: 'signature',
    account,
    logger: SILENT,
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  const signatures = [folderOf({ 'odd.ts': signatureText('odd', create) })];
  const processor = new SignatureProcessor(
    context,
    signatureConfig.parse({ builtin: false, signatures, signature_limits: { deadline: '20s' }, ...config }),
    next,
  );
  running.push(processor);
  await processor.start(hostWith());
  return { account, seen, processor };
}
type Opened = Awaited<ReturnType<typeof open>>;

const bodies = ({ seen }: Opened): unknown[] => seen.flat().map(({ body }) => body);
const sums = ({ account }: Opened): number[] => [
  account.taken,
  account.made,
  account.filtered,
  account.emitted,
  account.imbalance(),
];
const end = (opened: Opened): Promise<void> => opened.processor.shutdown(AbortSignal.timeout(20_000));

test('its detection is the same record as a rule’s, behind the record that it is about', async () => {
  const opened = await open(ODD, { ruleset: 'shop' });
  const record = logRecord(1);
  await opened.processor.consumeLogs([logRecord(2), record, logRecord(4)]);
  await end(opened);
  assert.deepEqual(bodies(opened), [
    'process 2 started',
    'process 1 started',
    'The odd',
    'process 4 started',
  ]);
  const detection = opened.seen.flat()[2];
  assert.ok(detection !== undefined);
  assert.equal(detection.eventName, 'sigel.detection');
  assert.equal(detection.severityNumber, SeverityNumber.ERROR);
  assert.equal(detection.resource, record.resource);
  assert.deepEqual(detection.hrTime, record.hrTime);
  const { 'log.record.uid': uid, 'sigel.detection.data': data, ...attributes } = detection.attributes;
  assert.match(String(uid), /^[0-9a-f]{32}$/);
  assert.deepEqual({ ...(data as object) }, { odd: true });
  assert.deepEqual(attributes, {
    ...record.attributes,
    'security_rule.uuid': 'odd',
    'security_rule.name': 'The odd',
    'security_rule.category': 'signature',
    'security_rule.version': '1',
    'security_rule.ruleset.name': 'shop',
    'threat.framework': 'MITRE ATT&CK',
    'threat.tactic.id': ['TA0002'],
    'threat.tactic.name': ['Execution'],
    'threat.technique.id': ['T1059'],
    'sigel.rule.level': 'high',
    'sigel.rule.tags': ['attack.execution', 'attack.t1059'],
    'sigel.detection.event_name': 'process.start',
    'sigel.detection.event_uid': opened.seen.flat()[1]?.get(Attr.logRecordUid),
    'sigel.evidence': 'inferred',
  });
  assert.deepEqual(sums(opened), [3, 1, 0, 4, 0]);
});

test('a detection about a record that went on before has its uid, time, resource and attributes', async () => {
  const [now, later] = [await open(ODD, { emit: 'detections' }), await open(FIRST, { emit: 'detections' })];
  await now.processor.consumeLogs([logRecord(1)]);
  await later.processor.consumeLogs([logRecord(1)]);
  await later.processor.consumeLogs([logRecord(2)]);
  await Promise.all([end(now), end(later)]);
  const [[one], [other]] = [now.seen.flat(), later.seen.flat()];
  assert.ok(one !== undefined && other !== undefined);
  assert.equal(other.resource, one.resource);
  assert.deepEqual(other.hrTime, one.hrTime);
  const { 'sigel.detection.data': _, 'sigel.evidence': __, ...attributes } = one.attributes;
  assert.deepEqual(other.attributes, attributes);
  assert.deepEqual(sums(later), [2, 1, 2, 1, 0]);
});

test('batches keep their order, whatever a signature has to see of them', async () => {
  const opened = await open(ODD, {});
  const other = (n: number) => logRecord(n, { eventName: 'other' });
  const batches = [[logRecord(1)], [other(2)], [logRecord(2), logRecord(4)], [other(3)], [logRecord(3)]];
  await Promise.all(batches.map((batch) => opened.processor.consumeLogs(batch)));
  await end(opened);
  const order = [1, 'The odd', 2, 2, 4, 3, 3, 'The odd'];
  assert.deepEqual(
    bodies(opened),
    order.map((one) => (typeof one === 'string' ? one : `process ${one} started`)),
  );
});

const refusals: readonly [title: string, pid: number, outcome: Outcome, answered: Outcome, sums: number[]][] =
  [
    ['what a signature has seen is offered on from here', 2, retryLater('full'), ACCEPTED, [1, 0, 0, 1, 0]],
    [
      'what is refused for good is dropped and counted',
      1,
      refusedForGood('too large'),
      ACCEPTED,
      [1, 1, 0, 0, 0],
    ],
  ];
for (const [title, pid, outcome, answered, expected] of refusals) {
  test(title, async () => {
    const opened = await open(ODD, {}, [outcome]);
    assert.deepEqual(await opened.processor.consumeLogs([logRecord(pid)]), answered);
    await end(opened);
    assert.deepEqual(sums(opened), expected);
  });
}

test('what none has to see is the caller’s as before', async () => {
  const opened = await open(ODD, {}, [retryLater('full')]);
  const batch = [logRecord(1, { eventName: 'other' })];
  assert.deepEqual(await opened.processor.consumeLogs(batch), retryLater('full'));
  assert.deepEqual(await opened.processor.consumeLogs(batch), ACCEPTED);
  await end(opened);
  assert.equal(opened.seen[0], batch);
});

test('levels choose among signatures as among rules', async () => {
  const opened = await open(ODD, { min_level: 'critical', builtin: true });
  await opened.processor.consumeLogs([logRecord(1)]);
  await end(opened);
  assert.deepEqual(bodies(opened), ['process 1 started']);
});
