import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { logRecord } from '../../../test/support/log_records.ts';
import { ownRecords } from '../../../test/support/otlp_arbitraries.ts';
import { type DecodedLog, decodeLogs } from '../../../test/support/otlp_decode.ts';
import { Attr, ResourceAttr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { writeLogs } from '../logs.ts';
import { ProtobufWriter } from '../writer.ts';
import { LogsReader } from './read_logs.ts';

function encode(records: readonly LogRecord[]): Uint8Array {
  const writer = new ProtobufWriter();
  assert.ok(writeLogs(writer, records));
  return Uint8Array.from(writer.view());
}

/** One line for each, in an order of their own: records of equal resources come together. */
function told(logs: readonly DecodedLog[]): string[] {
  return logs
    .map((log) => {
      const resource = log.resource.toSorted(([a], [b]) => (a < b ? -1 : 1));
      const whole = { ...log, resource, timeUnixNano: log.timeUnixNano || log.observedTimeUnixNano };
      return JSON.stringify(whole, (_, value: unknown) =>
        typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
          ? `${typeof value} ${String(value)}`
          : value,
      );
    })
    .sort();
}

/** Without a time of observation it is the present, and JSON, by which resources are known, has one name for these. */
const isComparable = ({ observedTimeUnixNano, resource }: DecodedLog) =>
  observedTimeUnixNano !== 0n &&
  resource.every(([, value]) => typeof value !== 'number' || Number.isFinite(value));

test('what was written is read, and written again it is the same', () => {
  fc.assert(
    fc.property(ownRecords, (records) => {
      const sent = decodeLogs(encode(records));
      fc.pre(sent.every(isComparable));
      const read = new LogsReader().read(encode(records));
      assert.deepEqual(told(decodeLogs(encode(read))), told(sent));
    }),
    { numRuns: 300 },
  );
});

test('names of ours are ours, with values of their type', () => {
  const reader = new LogsReader();
  const [sent] = [logRecord(1)];
  const [read] = reader.read(encode([sent]));
  for (const key of [...sent.own.shape.keys, ...sent.blocks.flatMap(({ shape }) => shape.keys)])
    assert.deepEqual(read?.get(key), sent.get(key), key.name);
  assert.ok(sent.own.shape.keys.length > 0);
});

test('a value of another type than the name has is kept, and no processor takes it for ours', () => {
  const message = field(
    1,
    field(2, field(2, attribute('process.pid', [0x0a, ...lengthOf([...Buffer.from('seven')])]))),
  );
  const [read] = new LogsReader().read(message);
  assert.equal(read?.get(Attr.processPid), undefined);
  assert.deepEqual({ ...read?.attributes }, { 'process.pid': 'seven' });
});

test('a name that comes twice has the value that came first', () => {
  const both = [...attribute('a', [0x18, 1]), ...attribute('a', [0x18, 2])];
  const [read] = new LogsReader().read(field(1, field(2, field(2, both))));
  assert.deepEqual({ ...read?.attributes }, { a: 1 });
});

test('records of equal resources and scopes share them, whatever the request', () => {
  const reader = new LogsReader();
  const request = encode([logRecord(1)]);
  const [[a], [b]] = [reader.read(request), reader.read(request)];
  assert.ok(a !== undefined && b !== undefined);
  assert.equal(a.resource, b.resource);
  assert.equal(a.instrumentationScope, b.instrumentationScope);
  assert.equal(a.own.shape, b.own.shape);
});

test('a resource’s map is told as JSON', () => {
  const map = [0x32, ...lengthOf(attribute('b', [0x18, 1], 1))];
  const resource = field(1, attribute(ResourceAttr.hostName.name, map, 1));
  const [read] = new LogsReader().read(field(1, [...resource, ...field(2, field(2, []))]));
  assert.deepEqual({ ...read?.resource.attributes }, { 'host.name': '{"b":1}' });
});

test('names and forms without end are not all remembered', () => {
  const reader = new LogsReader();
  for (let i = 0; i < 5000; i++) {
    const message = field(1, field(2, field(2, attribute(`name-${i}`, [0x18, 1]))));
    const [read] = reader.read(message);
    assert.deepEqual({ ...read?.attributes }, { [`name-${i}`]: 1 });
  }
});

for (const [what, bytes, error] of [
  ['text', Buffer.from('GET / HTTP/1.1'), /./],
  ['a length behind the end', Uint8Array.of(0x0a, 0x7f, 0x01), /./],
  [
    'values nested 1000 deep',
    field(1, field(2, field(2, attribute('deep', nested(1000))))),
    /recursion depth/,
  ],
] as const)
  test(`no request: ${what}`, () => {
    assert.throws(() => new LogsReader().read(bytes), error);
  });

function nested(depth: number): number[] {
  let value = [0x10, 1];
  for (let i = 0; i < depth; i++) value = head(0x2a, head(0x0a, value));
  return value;
}

/** KeyValue { key = 1, value = 2 } as the repeated field `number`. */
function attribute(name: string, value: readonly number[], number = 6): number[] {
  return head((number << 3) | 2, [...head(0x0a, [...Buffer.from(name)]), ...head(0x12, value)]);
}
function field(number: number, content: Iterable<number>): Uint8Array {
  return Uint8Array.from(head((number << 3) | 2, [...content]));
}
function head(tag: number, content: readonly number[]): number[] {
  return [tag, ...lengthOf(content)];
}
function lengthOf(content: readonly number[]): number[] {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 0x80) return [...length, ...content];
  }
}
