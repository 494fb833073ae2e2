import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { foreignRecords, ownRecords, spans } from '../../test/support/otlp_arbitraries.ts';
import {
  type DecodedAttributes,
  type DecodedValue,
  decodeLogs,
  decodeSpans,
} from '../../test/support/otlp_decode.ts';
import { internResource } from '../model/resource.ts';
import { logsToJson, tracesToJson } from './json.ts';
import { writeLogs } from './logs.ts';
import { writeTraces } from './traces.ts';
import { ProtobufWriter } from './writer.ts';

describe('OTLP JSON', () => {
  it('holds the same log records as the protobuf message', () => {
    fc.assert(
      fc.property(fc.oneof(ownRecords, foreignRecords), (records) => {
        const writer = new ProtobufWriter();
        writeLogs(writer, records);
        const expected = decodeLogs(writer.view()).map((log) =>
          withoutDefaults({
            resource: pairs(log.resource),
            scope: log.scope,
            timeUnixNano: nanos(log.timeUnixNano),
            observedTimeUnixNano: nanos(log.observedTimeUnixNano),
            severityNumber: log.severityNumber,
            severityText: log.severityText,
            body: anyValue(log.body),
            attributes: pairs(log.attributes),
            flags: log.flags,
            traceId: log.traceId,
            spanId: log.spanId,
            eventName: log.eventName,
          }),
        );
        const line = logsToJson(records);
        assert.ok(!line.includes('\n'));
        const { resourceLogs = [] } = JSON.parse(line) as Json;
        assert.deepEqual(flatten(resourceLogs, 'scopeLogs', 'logRecords'), expected);
      }),
    );
  });

  it('holds the same spans as the protobuf message', () => {
    fc.assert(
      fc.property(spans, (batch) => {
        const writer = new ProtobufWriter();
        writeTraces(writer, batch);
        const expected = decodeSpans(writer.view()).map((span) => [span.traceId, span.spanId, span.name]);
        const { resourceSpans = [] } = JSON.parse(tracesToJson(batch)) as Json;
        const actual = flatten(resourceSpans, 'scopeSpans', 'spans');
        assert.deepEqual(
          actual.map((span) => [span['traceId'], span['spanId'], span['name'] ?? '']),
          expected,
        );
      }),
    );
  });

  it('is the text that the Collector writes', () => {
    const scope = { name: 'sigel/etl', version: '1' };
    const resource = internResource({ 'host.name': 'n1' });
    const line = logsToJson([
      {
        hrTime: [1_700_000_000, 1],
        hrTimeObserved: [1_700_000_001, 0],
        severityNumber: SeverityNumber.INFO,
        body: 'hi "there"',
        attributes: {
          pid: 4,
          big: 2 ** 62,
          ratio: 0.5,
          none: Number.NaN,
          raw: Uint8Array.of(255, 0),
          list: [],
          map: {},
        },
        droppedAttributesCount: 0,
        eventName: 'process.start',
        spanContext: {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: 1,
        },
        resource,
        instrumentationScope: scope,
      },
    ]);
    assert.equal(
      line,
      '{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"n1"}}]},' +
        '"scopeLogs":[{"scope":{"name":"sigel/etl","version":"1"},"logRecords":[{' +
        '"timeUnixNano":"1700000000000000001","observedTimeUnixNano":"1700000001000000000","severityNumber":9,' +
        '"body":{"stringValue":"hi \\"there\\""},"attributes":[' +
        '{"key":"pid","value":{"intValue":"4"}},{"key":"big","value":{"intValue":"4611686018427387904"}},' +
        '{"key":"ratio","value":{"doubleValue":0.5}},{"key":"none","value":{"doubleValue":"NaN"}},' +
        '{"key":"raw","value":{"bytesValue":"/wA="}},{"key":"list","value":{"arrayValue":{}}},' +
        '{"key":"map","value":{"kvlistValue":{}}}],' +
        '"flags":1,"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",' +
        '"eventName":"process.start"}]}]}]}',
    );
  });

  it('is an empty object for no records', () => {
    assert.equal(logsToJson([]), '{}');
  });
});

type Json = Record<string, Json[] | undefined>;

/** The leaves of a request, each with its resource's attributes and scope's name as in DecodedLog. */
function flatten(groups: readonly Json[], inner: string, leaf: string): Record<string, unknown>[] {
  return groups.flatMap((group) =>
    (group[inner] ?? []).flatMap((scoped) =>
      (scoped[leaf] ?? []).map((item) => {
        const resource = at(group, 'resource', 'attributes');
        const scope = at(scoped, 'scope', 'name');
        return withoutDefaults({ ...item, droppedAttributesCount: undefined, resource, scope });
      }),
    ),
  );
}
function at(object: Json, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], object);
}

function nanos(time: bigint): string {
  return time === 0n ? '' : String(time);
}

function anyValue(value: DecodedValue): unknown {
  if (value === undefined) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: Number.isFinite(value) ? value : String(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if ('map' in value) return { kvlistValue: withoutDefaults({ values: pairs(value.map) }) };
  return { arrayValue: withoutDefaults({ values: value.array.map((item) => anyValue(item)) }) };
}
function pairs(attributes: DecodedAttributes): unknown[] {
  return attributes.map(([key, value]) => ({ ...(key !== '' && { key }), value: anyValue(value) }));
}
function withoutDefaults(fields: Record<string, unknown>): Record<string, unknown> {
  const isDefault = (value: unknown) =>
    value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isDefault(value)));
}
