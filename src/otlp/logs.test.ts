import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { type AnyValue, SeverityNumber } from '@opentelemetry/api';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { emptyResource } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { foreignRecords, ownRecords } from '../../test/support/otlp_arbitraries.ts';
import { decodeLogs } from '../../test/support/otlp_decode.ts';
import { AttributeBlock, AttributeKey, Shape } from '../model/attribute_set.ts';
import { LogRecord, sdkRecords } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import { writeLogs } from './logs.ts';
import { MAX_DEPTH, TOO_DEEP } from './values.ts';
import { ProtobufWriter } from './writer.ts';

const BLOCK_KEY = new AttributeKey('in.block', 'string');
const OWN_KEY = new AttributeKey('in.own', 'map');
const SCOPE = { name: 'test' };
const RESOURCE = emptyResource();

describe('writeLogs', () => {
  it('equals the SDK serializer byte for byte on our records', () => {
    fc.assert(
      fc.property(ownRecords, (records) => {
        const once = encode(records);
        assert.deepEqual(once, reference(records));
        assert.deepEqual(encode(records), once, 'again, from the cached blocks, keys, resources and scopes');
      }),
    );
  });

  it('equals the SDK serializer byte for byte on records of a foreign SDK', () => {
    fc.assert(
      fc.property(foreignRecords, (records) => assert.deepEqual(encode(records), reference(records))),
    );
  });

  it('writes attributes in the order of the getter: blocks, then own', () => {
    const [decoded] = decodeLogs(encode([record({ a: 'b' })]));
    assert.deepEqual(
      decoded?.attributes.map(([key]) => key),
      ['in.block', 'in.own'],
    );
    assert.deepEqual(Object.keys(record({}).attributes), ['in.block', 'in.own']);
  });

  it('does not flatten our records', () => {
    const mine = record({ a: 'b' });
    Object.defineProperty(mine, 'attributes', { get: () => assert.fail('attributes was asked for') });
    assert.equal(decodeLogs(encode([mine])).length, 1);
  });

  it('ends nesting at the depth that readers accept', () => {
    for (const [levels, end] of [
      [MAX_DEPTH, 'leaf'],
      [MAX_DEPTH + 1, TOO_DEEP],
      [5000, TOO_DEEP],
    ] as const) {
      const text = encode([record(nest(levels))]).toString('latin1');
      assert.ok(text.includes(end), `${levels} levels end in ${end}`);
    }
  });

  it('writes a time that OTLP cannot carry as unknown', () => {
    for (const hrTime of [
      [-1, 0],
      [Number.NaN, 0],
      [2 ** 40, 0],
      [0, -1],
      [Number.POSITIVE_INFINITY, 0],
    ]) {
      const [seconds = 0, nanoseconds = 0] = hrTime;
      const [decoded] = decodeLogs(encode([record('x').with({ hrTime: [seconds, nanoseconds] })]));
      assert.equal(decoded?.timeUnixNano, 0n);
      assert.equal(decoded.observedTimeUnixNano, 3_000_000_004n);
    }
  });

  it('gives up above the limit and says so', () => {
    const many = Array.from({ length: 10 }, () => record('x'.repeat(100)));
    const length = encode(many).length;
    assert.equal(writeLogs(new ProtobufWriter(), many, length), true);
    assert.equal(writeLogs(new ProtobufWriter(), many, length - 1), false);
  });

  it('writes nothing for no records', () => {
    assert.equal(encode([]).length, 0);
  });
});

function encode(records: Parameters<typeof writeLogs>[1]): Buffer {
  const writer = new ProtobufWriter(16); // small, so that it has to grow
  assert.equal(writeLogs(writer, records), true);
  return Buffer.from(writer.view());
}

function reference(records: Parameters<typeof writeLogs>[1]): Buffer {
  return Buffer.from(ProtobufLogsSerializer.serializeRequest(sdkRecords(records)) ?? []);
}

function record(value: Value): LogRecord {
  return LogRecord.of({
    hrTime: [1, 2],
    hrTimeObserved: [3, 4],
    eventName: 'test.event',
    severityNumber: SeverityNumber.INFO,
    body: 'body',
    own: { shape: new Shape([OWN_KEY]), values: [value] },
    blocks: [new AttributeBlock(new Shape([BLOCK_KEY]), ['block'])],
    resource: RESOURCE,
    instrumentationScope: SCOPE,
  });
}

function nest(levels: number): Value {
  let value: AnyValue = 'leaf';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { k: value };
  return value as Value;
}
