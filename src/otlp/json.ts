import type { HrTime, Link, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { LogRecord, type ReadableRecord } from '../model/log_record.ts';
import type { Span } from '../model/span.ts';
import { groupByScope, type Scoped } from './group.ts';
import { jsonAnyValue, jsonAttributeSet, jsonBlock, jsonPairs, jsonString } from './json_value.ts';
import { spanFlags } from './traces.ts';
import { isUnixTime } from './writer.ts';

/** An ExportLogsServiceRequest as one line of JSON, with the fields and their order as the Collector writes them. */
export function logsToJson(records: readonly ReadableRecord[]): string {
  return request(records, 'resourceLogs', 'scopeLogs', 'logRecords', logRecord);
}

/** An ExportTraceServiceRequest as one line of JSON. */
export function tracesToJson(spans: readonly Span[]): string {
  return request(spans, 'resourceSpans', 'scopeSpans', 'spans', span);
}

function request<T extends Scoped>(
  items: readonly T[],
  outer: string,
  inner: string,
  leaf: string,
  toJson: (item: T) => string,
): string {
  const resources: string[] = [];
  for (const [resource, byScope] of groupByScope(items)) {
    const scopes: string[] = [];
    for (const [scope, members] of byScope) {
      const list = members.map((item) => toJson(item)).join(',');
      scopes.push(`{"scope":${scopeJson(scope)},"${leaf}":[${list}]${text('schemaUrl', scope.schemaUrl)}}`);
    }
    resources.push(
      `{"resource":${resourceJson(resource)},"${inner}":[${scopes.join(',')}]${text('schemaUrl', resource.schemaUrl)}}`,
    );
  }
  return resources.length === 0 ? '{}' : `{"${outer}":[${resources.join(',')}]}`;
}

function logRecord(record: ReadableRecord): string {
  const { spanContext } = record;
  return object(
    time('timeUnixNano', record.hrTime) +
      time('observedTimeUnixNano', record.hrTimeObserved) +
      number('severityNumber', record.severityNumber) +
      text('severityText', record.severityText) +
      `,"body":${jsonAnyValue(record.body)}` +
      list('attributes', recordAttributes(record)) +
      number('droppedAttributesCount', record.droppedAttributesCount) +
      number('flags', spanContext?.traceFlags) +
      text('traceId', spanContext?.traceId) +
      text('spanId', spanContext?.spanId) +
      text('eventName', record.eventName),
  );
}

function recordAttributes(record: ReadableRecord): string {
  if (!(record instanceof LogRecord)) return jsonPairs(record.attributes);
  let pairs = '';
  for (const block of record.blocks) pairs = join(pairs, jsonBlock(block));
  return join(pairs, jsonAttributeSet(record.own));
}

function span(span: Span): string {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  return object(
    ids(context) +
      text('parentSpanId', parent?.spanId) +
      number('flags', spanFlags(context, parent?.isRemote)) +
      text('name', span.name) +
      number('kind', span.kind + 1) +
      time('startTimeUnixNano', span.startTime) +
      time('endTimeUnixNano', span.endTime) +
      list('attributes', jsonPairs(span.attributes)) +
      number('droppedAttributesCount', span.droppedAttributesCount) +
      list('events', span.events.map((event) => eventJson(event)).join(',')) +
      number('droppedEventsCount', span.droppedEventsCount) +
      list('links', span.links.map((link) => linkJson(link)).join(',')) +
      number('droppedLinksCount', span.droppedLinksCount) +
      `,"status":${object(text('message', span.status.message) + number('code', span.status.code))}`,
  );
}

function eventJson(event: Span['events'][number]): string {
  return object(
    time('timeUnixNano', event.time) +
      text('name', event.name) +
      list('attributes', jsonPairs(event.attributes ?? {})) +
      number('droppedAttributesCount', event.droppedAttributesCount),
  );
}

function linkJson(link: Link): string {
  return object(
    ids(link.context) +
      list('attributes', jsonPairs(link.attributes ?? {})) +
      number('droppedAttributesCount', link.droppedAttributesCount) +
      number('flags', spanFlags(link.context, link.context.isRemote)),
  );
}

function ids(context: SpanContext): string {
  return (
    text('traceId', context.traceId) +
    text('spanId', context.spanId) +
    text('traceState', context.traceState?.serialize())
  );
}

function resourceJson(resource: Resource): string {
  return object(list('attributes', jsonPairs(resource.attributes)));
}

/** A scope may carry attributes beyond the interface, as sdk-logs' records do. */
function scopeJson(
  scope: InstrumentationScope & {
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly droppedAttributesCount?: number;
  },
): string {
  return object(
    text('name', scope.name) +
      text('version', scope.version) +
      list('attributes', jsonPairs(scope.attributes ?? {})) +
      number('droppedAttributesCount', scope.droppedAttributesCount),
  );
}

// Each field comes with the comma before it and is left out where protobuf would leave it out.
const object = (fields: string) => `{${fields.slice(1)}}`;
const join = (a: string, b: string) => (a === '' || b === '' ? a + b : `${a},${b}`);
const list = (name: string, items: string) => (items === '' ? '' : `,"${name}":[${items}]`);
const text = (name: string, value: string | undefined) =>
  value === undefined || value === '' ? '' : `,"${name}":${jsonString(value)}`;
const number = (name: string, value: number | undefined) =>
  value === undefined || value === 0 ? '' : `,"${name}":${value}`;

/** Nanoseconds since 1970 as a decimal string: seconds and nanoseconds put side by side, exact without a bigint. */
function time(name: string, [seconds, nanoseconds]: HrTime): string {
  if (!isUnixTime(seconds, nanoseconds)) return '';
  if (seconds === 0) return nanoseconds === 0 ? '' : `,"${name}":"${nanoseconds}"`;
  return `,"${name}":"${seconds}${String(nanoseconds).padStart(9, '0')}"`;
}
