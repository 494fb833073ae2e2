import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import type { z } from 'zod';
import { AttributeBlock, type AttributeSet, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { eventRecord, lifeRecord, own } from '../../test/support/process_records.ts';
import { processConfig } from './config.ts';
import { processLogs } from './process.ts';

function open(config: z.input<typeof processConfig> = {}, outcome: Outcome = ACCEPTED) {
  const account = new Account('process', 'processor');
  const out: LogRecord[] = [];
  const next = { consumeLogs: async (batch: LogBatch) => (out.push(...batch), outcome) };
  const context = { account, meter: createNoopMeter() };
  const processor = processLogs(context, processConfig.parse(config), next);
  return { account, out, take: (...batch: LogRecord[]) => processor.consumeLogs(batch) };
}

/** Names of the attributes that stand in more than one part of a record. */
function twice({ own, blocks }: LogRecord): string[] {
  const seen = new Set<string>();
  const names = [own, ...blocks].flatMap(({ shape, values }: AttributeSet) =>
    shape.keys.filter((_, i) => values[i] !== undefined).map(({ name }) => name),
  );
  return names.filter((name) => seen.has(name) || !seen.add(name));
}

const PARENT = lifeRecord('process.start', 8, 0, { name: 'a.exe', commandLine: 'a.exe --token x' });
const CHILD = lifeRecord('process.start', 12, 10, { name: 'b.exe', parentPid: 8, commandLine: 'b.exe' });

test('process: what a record had in common with others before stays its own', async () => {
  const { out, take } = open();
  const inZone = (zone: string) => internResource({ 'host.name': 'node-1', zone });
  const [one, two] = [inZone('a'), inZone('b')];
  const records = [one, two, one, two].map((resource, i) => eventRecord(12, 20 + i).with({ resource }));
  const item = new AttributeBlock(new Shape([Attr.siloId]), ['aa']);
  const inSilo = eventRecord(12, 30).with({ resource: one });
  const stamped = inSilo.in(inSilo.common.plus(item, inSilo.resource, undefined));
  const starts = [PARENT, CHILD].map((start) => start.with({ resource: one }));
  await take(...starts, ...records, stamped, inSilo);
  const shown = out
    .slice(2)
    .map(({ resource, attributes }) => [
      resource.attributes['zone'],
      attributes['sigel.silo.id'],
      attributes['process.executable.name'],
    ]);
  const plain = ['a', 'b', 'a', 'b'].map((zone) => [zone, undefined, 'b.exe']);
  assert.deepEqual(shown, [...plain, ['a', 'aa', 'b.exe'], ['a', undefined, 'b.exe']]);
});

test('process: own attributes win, none stands twice, and users are not mixed', async () => {
  const { out, take } = open();
  const user = lifeRecord('process.rundown', 12, 20).with({
    own: own([
      [Attr.processPid, 12],
      [Attr.userId, 'S-1-5-18'],
      [Attr.userName, 'SYSTEM'],
    ]),
  });
  const impersonating = eventRecord(12, 30);
  const item = new AttributeBlock(new Shape([Attr.userId]), ['S-1-5-20']);
  const other = eventRecord(12, 40, undefined, {
    own: own([
      [Attr.processPid, 12],
      [Attr.processExecutableName, 'says-so.exe'],
      [Attr.processParentPid, 999],
    ]),
  });
  await take(PARENT, CHILD, user, impersonating, impersonating.plus(item), other);
  assert.deepEqual(out.flatMap(twice), []);
  const [, child, , plain, acts, says] = out.map(({ attributes }) => attributes);
  assert.equal(child?.['process.command_line'], 'b.exe');
  assert.equal(child?.['process.parent.command_line'], 'a.exe --token x');
  assert.deepEqual([plain?.['user.id'], plain?.['user.name']], ['S-1-5-18', 'SYSTEM']);
  assert.deepEqual([acts?.['user.id'], acts?.['user.name']], ['S-1-5-20', undefined]);
  assert.equal(says?.['process.executable.name'], 'says-so.exe');
  assert.equal(says?.['process.parent_pid'], 999);
  assert.equal(says?.['process.parent.executable.name'], undefined, 'no facts of another parent');
});

test('process: two of them in a row say nothing twice', async () => {
  const first = open();
  const second = open();
  await first.take(PARENT, CHILD, eventRecord(12, 20));
  await second.take(...first.out);
  assert.deepEqual(second.out.flatMap(twice), []);
});

test('process: hosts are told apart, also where pids are the same', async () => {
  const { out, take } = open();
  const on = (name: string, record: LogRecord) =>
    record.with({ resource: internResource({ 'host.name': name }) });
  await take(
    on('one', lifeRecord('process.start', 8, 0, { name: 'a.exe' })),
    on('two', lifeRecord('process.start', 8, 0, { name: 'b.exe' })),
    on('one', eventRecord(8, 10)),
    on('two', eventRecord(8, 10)),
    on('three', eventRecord(8, 10)),
  );
  const names = out.map(({ attributes }) => attributes['process.executable.name']);
  assert.deepEqual(names, ['a.exe', 'b.exe', 'a.exe', 'b.exe', undefined]);
  assert.equal(new Set(out.map(({ attributes }) => attributes['process.entity_id'])).size, 3);
});

test('process: a record without a pid goes on as it is', async () => {
  const { out, take } = open();
  const record = eventRecord(8, 0, undefined, { own: own([[Attr.filePath, 'C:\\x']]) });
  await take(record);
  assert.equal(out[0], record);
});

test('process: redacted before it is remembered', async () => {
  const { out, take } = open({ redact: [{ pattern: 'x$', replacement: '***' }] });
  await take(PARENT, CHILD);
  assert.equal(out[1]?.attributes['process.parent.command_line'], 'a.exe --token ***');
});

for (const outcome of [retryLater('full'), refusedForGood('too large')]) {
  test(`process: ${outcome.kind === 'refused' ? outcome.reason : ''}: the refusal goes back, offered again it is the same`, async () => {
    const { account, out, take } = open({}, outcome);
    const end = lifeRecord('process.exit', 12, 30, { name: 'b.exe' });
    const batch = [PARENT, CHILD, eventRecord(12, 20), end, eventRecord(12, 40)];
    assert.equal(await take(...batch), outcome);
    assert.deepEqual([account.taken, account.emitted], [0, 0]);
    const first = out.splice(0).map(({ attributes }) => attributes);
    await take(...batch);
    assert.deepEqual(
      out.map(({ attributes }) => attributes),
      first,
    );
  });
}
