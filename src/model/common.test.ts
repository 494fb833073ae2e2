import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { AttributeBlock, Shape } from './attribute_set.ts';
import { Attr } from './attributes.ts';
import { internResource } from './resource.ts';

const SESSION = new AttributeBlock(new Shape([Attr.windowsSessionId]), [7]);
const USER = new AttributeBlock(new Shape([Attr.userName]), ['ann']);
const OTHER = internResource({ 'host.name': 'node-2' });

describe('what records share', () => {
  test('records of one kind, of one resource, refer to the same objects', () => {
    const [a, b] = [logRecord(1), logRecord(2)];
    assert.equal(a.kind, b.kind);
    assert.equal(a.common, b.common);
    assert.equal(a.with({ resource: OTHER }).common, b.with({ resource: OTHER }).common);
  });

  test('what is told of a record leaves it of whom it was', () => {
    const [a, b] = [logRecord(1), logRecord(2)];
    assert.equal(a.plus(USER).common, b.common);
    assert.deepEqual(a.plus(USER).blocks, [...a.blocks, USER]);
  });

  test('adding changes neither record nor blocks', () => {
    const record = logRecord(1);
    const { blocks, resource } = record;
    const more = record.plus(USER).in(record.common.plus(SESSION, OTHER, undefined));
    assert.deepEqual([record.blocks, record.resource], [blocks, resource]);
    assert.equal(record.get(Attr.windowsSessionId), undefined);
    assert.deepEqual([more.get(Attr.windowsSessionId), more.get(Attr.userName)], [7, 'ann']);
    assert.deepEqual(more.blocks, [...blocks, USER, SESSION]);
    assert.equal(more.resource, OTHER);
    assert.equal(more.occurrence, record.occurrence);
  });

  test('blocks in place of others, before and after its process was told', () => {
    const record = logRecord(1);
    const told = record.in(record.common.plus(SESSION, OTHER, undefined));
    for (const one of [record, told]) assert.deepEqual(one.with({ blocks: [USER] }).blocks, [USER]);
    assert.equal(told.with({ blocks: [USER] }).resource, OTHER);
  });

  test('another resource alone', () => {
    const { common } = logRecord(1);
    const told = common.plus(SESSION, common.resource, undefined);
    assert.equal(told.of(undefined), told);
    assert.equal(told.of(told.resource), told);
    assert.equal(told.of(OTHER).resource, OTHER);
    assert.equal(told.of(OTHER).blocks, told.blocks);
  });

  test('what a foreign exporter reads', () => {
    const record = logRecord(1).plus(USER);
    assert.equal(record.attributes['user.name'], 'ann');
    assert.equal(record.droppedAttributesCount, 0);
    assert.equal(record.eventName, 'process.start');
    assert.equal(record.spanContext, undefined);
  });

  test('the span is that of the trace, unless the record tells another', () => {
    const [one, other] = ['a', 'b'].map((id) => ({
      traceId: id.repeat(32),
      spanId: id.repeat(16),
      traceFlags: 1,
    }));
    const record = logRecord(1);
    const { common } = record;
    const traced = record.in(common.plus(USER, common.resource, { contextOf: () => one }));
    assert.equal(traced.spanContext, one);
    assert.equal(traced.plus(SESSION).spanContext, one);
    assert.equal(traced.with({ spanContext: other }).spanContext, other);
    assert.equal(traced.in(common.plus(USER, common.resource, undefined)).spanContext, undefined);
  });
});

describe('shapes', () => {
  test('each of all keys stands where it was put, and no other', () => {
    const keys = Object.values(Attr);
    for (let from = 0; from < keys.length; from += 3) {
      const some = keys.slice(from, from + (from % 40));
      const shape = new Shape(some);
      for (const key of keys) assert.equal(shape.indexOf(key), some.indexOf(key), key.name);
    }
  });

  test('a key cannot stand twice', () => {
    assert.throws(() => new Shape([Attr.userId, Attr.userName, Attr.userId]), /user\.id stands twice/);
  });
});
