import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { logRecord, span } from '../../test/support/log_records.ts';
import { decodeLogs, decodeSpans } from '../../test/support/otlp_decode.ts';
import { internResource } from '../model/resource.ts';
import { encodeMessages } from './encode_messages.ts';
import { readRequest, sizeOfEncoded, writeEncoded } from './encoded.ts';
import { writeLogs } from './logs.ts';
import { WriterPool } from './pool.ts';
import { writeTraces } from './traces.ts';
import { ProtobufWriter } from './writer.ts';

function written(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.copyFrom(0);
}
const RESOURCES = ['a', 'b', 'c'].map((name) => internResource({ 'container.id': name }));
const SCOPES = [{ name: 'one', version: '1', schemaUrl: 'https://example.org/1' }, { name: 'two' }];

/** Records of three resources and two scopes, in any order. */
const RECORDS = fc
  .array(
    fc.record({ resource: fc.constantFrom(...RESOURCES), instrumentationScope: fc.constantFrom(...SCOPES) }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((changes) => changes.map((change, i) => logRecord(i + 1, change)));

test('a request that is taken apart and written again, in any parts, holds the same records in the same order', () => {
  fc.assert(
    fc.property(RECORDS, fc.integer({ min: 1, max: 30 }), (records, size) => {
      const message = written((writer) => writeLogs(writer, records));
      const items = readRequest(message) ?? assert.fail('it is a request');
      const parts = Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
        written((writer) => writeEncoded(writer, items.slice(i * size, (i + 1) * size))),
      );
      assert.deepEqual(parts.flatMap(decodeLogs), decodeLogs(message));
    }),
  );
});

test('so does one of spans', () => {
  const message = written((writer) => writeTraces(writer, [span('a'), span('b')]));
  const items = readRequest(message) ?? [];
  assert.deepEqual(decodeSpans(written((writer) => writeEncoded(writer, items))), decodeSpans(message));
});

test('writing stops at the limit', () => {
  const message = written((writer) => writeLogs(writer, [logRecord(1), logRecord(2)]));
  const items = readRequest(message) ?? [];
  const exact = written((writer) => writeEncoded(writer, items)).length;
  assert.ok(sizeOfEncoded(items) < exact);
  assert.equal(writeEncoded(new ProtobufWriter(), items, exact), true);
  assert.equal(writeEncoded(new ProtobufWriter(), items, exact - 1), false);
});

test('what is cut or changed is no request, or one with other records, and never more than an answer', () => {
  const message = written((writer) => writeLogs(writer, [logRecord(1), logRecord(2)]));
  for (let length = 1; length < message.length; length++)
    assert.equal(readRequest(message.subarray(0, length)), undefined, `cut at ${length}`);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readRequest(bytes)));
  fc.assert(
    fc.property(fc.nat({ max: message.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
      const changed = Uint8Array.from(message);
      changed[at] = value;
      void readRequest(changed);
    }),
  );
});

test('a batch becomes as many messages as it needs, in order; what fits none is dropped', () => {
  const records = Array.from({ length: 9 }, (_, i) =>
    logRecord(i + 1, i === 4 ? { body: 'x'.repeat(5000) } : {}),
  );
  const pool = new WriterPool(1, 10_000);
  const { messages, drops } = encodeMessages(records, { pool, write: writeLogs, limit: 1000 });
  assert.ok(messages.length > 1 && messages.every(({ bytes }) => bytes.length <= 1000));
  const bodies = messages
    .flatMap(({ bytes }) => decodeLogs(bytes))
    .map(({ timeUnixNano }) => Number(timeUnixNano % 10n));
  assert.deepEqual(bodies, [1, 2, 3, 4, 6, 7, 8, 9]);
  assert.deepEqual(
    messages.map(({ bytes, items }) => readRequest(bytes)?.length === items),
    messages.map(() => true),
  );
  assert.deepEqual(drops, [{ cause: 'too_large', count: 1, reason: 'more than 1000 bytes' }]);
});
