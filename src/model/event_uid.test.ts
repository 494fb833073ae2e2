import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { logRecord } from '../../test/support/log_records.ts';
import { AttributeBlock, NO_ATTRIBUTES, Shape } from './attribute_set.ts';
import { Attr } from './attributes.ts';
import { eventUid, named, uidOf } from './event_uid.ts';

const record = logRecord(1);
const on = (host: string) => record.with({ resource: resourceFromAttributes({ 'host.name': host }) });
const of = (provider: string) =>
  record.with({
    own: NO_ATTRIBUTES,
    blocks: [new AttributeBlock(new Shape([Attr.etwProviderName]), [provider])],
  });
const pid = (value: number) => record.with({ own: { shape: new Shape([Attr.processPid]), values: [value] } });

for (const [title, one, other] of [
  ['time', record, record.with({ hrTime: [record.hrTime[0], record.hrTime[1] + 100] })],
  ['host', on('a'), on('b')],
  ['event name', record, record.with({ eventName: 'another' })],
  ['provider', of('a'), of('b')],
  ['values', pid(1), pid(2)],
] as const)
  test(`another ${title}, another uid`, () => assert.notEqual(eventUid(one), eventUid(other)));

for (const [title, same] of [
  ['a new shell', record.with({})],
  ['the body', record.with({ body: 'in other words' })],
  ['facts of others', record.plus(new AttributeBlock(new Shape([Attr.userName]), ['a.exe']))],
] as const)
  test(`${title} does not change it`, () => assert.equal(eventUid(same), eventUid(record)));

test('what has a name keeps it, whatever happens to the record', () => {
  const once = named(record);
  assert.equal(once.get(Attr.logRecordUid), eventUid(record));
  assert.equal(eventUid(once.with({ eventName: 'another' })), eventUid(record));
  assert.equal(named(once), once);
});

test('an event and a rule have one name together', () => {
  assert.equal(uidOf('a', 'rule'), uidOf('a', 'rule'));
  assert.notEqual(uidOf('a', 'rule'), uidOf('b', 'rule'));
  assert.notEqual(uidOf('a', 'rule'), uidOf('a', 'other'));
});
