import { SeverityNumber, type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Span } from '../../src/model/span.ts';
import type { Groups } from '../../src/otlp/group.ts';
import { asTime, asTypedText, plain } from './value.ts';

/** The Collector's `verbosity: detailed` of log records: every field on a line. */
export function detailedLogs(groups: Groups<LogRecord>): string {
  return detailed(
    groups,
    { resource: 'ResourceLog', scope: 'ScopeLogs', item: 'LogRecord' },
    (record, lines) => {
      const { severityNumber, eventName, spanContext } = record;
      lines.push(
        `ObservedTimestamp: ${asTime(record.hrTimeObserved)}`,
        `Timestamp: ${asTime(record.hrTime)}`,
        `SeverityText: ${plain(record.severityText)}`,
        `SeverityNumber: ${capital(SeverityNumber[severityNumber])}(${severityNumber})`,
      );
      if (eventName !== '') lines.push(`EventName: ${plain(eventName)}`);
      lines.push(`Body: ${asTypedText(record.body)}`);
      pushAttributes(lines, 'Attributes', record.attributes);
      lines.push(`Trace ID: ${spanContext?.traceId ?? ''}`, `Span ID: ${spanContext?.spanId ?? ''}`);
      lines.push(`Flags: ${spanContext?.traceFlags ?? 0}`);
    },
  );
}

/** The Collector's `verbosity: detailed` of spans: every field on a line. */
export function detailedSpans(groups: Groups<Span>): string {
  return detailed(groups, { resource: 'ResourceSpans', scope: 'ScopeSpans', item: 'Span' }, (span, lines) => {
    const context = span.spanContext();
    const fields = [
      ['Trace ID', context.traceId],
      ['Parent ID', span.parentSpanContext?.spanId ?? ''],
      ['ID', context.spanId],
      ['Name', plain(span.name)],
      ['Kind', capital(SpanKind[span.kind])],
      ['TraceState', traceState(context)],
      ['Start time', asTime(span.startTime)],
      ['End time', asTime(span.endTime)],
      ['Status code', capital(SpanStatusCode[span.status.code])],
      ['Status message', plain(span.status.message ?? '')],
      ['DroppedAttributesCount', String(span.droppedAttributesCount)],
      ['DroppedEventsCount', String(span.droppedEventsCount)],
      ['DroppedLinksCount', String(span.droppedLinksCount)],
    ] as const;
    for (const [name, value] of fields) {
      if (name !== 'TraceState' || value !== '') lines.push(`    ${name.padEnd(15)}: ${value}`);
    }
    pushAttributes(lines, 'Attributes', span.attributes);
    pushEvents(lines, span);
    pushLinks(lines, span);
  });
}

function detailed<T>(
  groups: Groups<T>,
  names: { readonly resource: string; readonly scope: string; readonly item: string },
  push: (item: T, lines: string[]) => void,
): string {
  const lines: string[] = [];
  for (const [i, [resource, scopes]] of [...groups].entries()) {
    lines.push(`${names.resource} #${i}`, `Resource SchemaURL: ${plain(resource.schemaUrl ?? '')}`);
    pushAttributes(lines, 'Resource attributes', resource.attributes);
    for (const [j, [scope, items]] of [...scopes].entries()) {
      lines.push(`${names.scope} #${j}`, `${names.scope} SchemaURL: ${plain(scope.schemaUrl ?? '')}`);
      pushScope(lines, scope);
      for (const [k, item] of items.entries()) {
        lines.push(`${names.item} #${k}`);
        push(item, lines);
      }
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function pushScope(
  lines: string[],
  scope: InstrumentationScope & { readonly attributes?: Resource['attributes'] },
): void {
  lines.push(`InstrumentationScope ${plain(scope.name)} ${plain(scope.version ?? '')}`);
  pushAttributes(lines, 'InstrumentationScope attributes', scope.attributes ?? {});
}

function pushAttributes(
  lines: string[],
  header: string,
  attributes: Readonly<Record<string, unknown>>,
  indent = '',
): void {
  const pairs = Object.entries(attributes);
  if (pairs.length === 0) return;
  lines.push(`${indent}${header}:`);
  for (const [key, value] of pairs) lines.push(`${indent}     -> ${plain(key)}: ${asTypedText(value)}`);
}

function pushEvents(lines: string[], { events }: Span): void {
  if (events.length > 0) lines.push('Events:');
  for (const [i, { name, time, attributes, droppedAttributesCount }] of events.entries()) {
    lines.push(`SpanEvent #${i}`, `     -> Name: ${plain(name)}`, `     -> Timestamp: ${asTime(time)}`);
    lines.push(`     -> DroppedAttributesCount: ${droppedAttributesCount ?? 0}`);
    pushAttributes(lines, '-> Attributes:', attributes ?? {}, '     ');
  }
}

function pushLinks(lines: string[], { links }: Span): void {
  if (links.length > 0) lines.push('Links:');
  for (const [i, { context, attributes, droppedAttributesCount }] of links.entries()) {
    lines.push(`SpanLink #${i}`, `     -> Trace ID: ${context.traceId}`, `     -> ID: ${context.spanId}`);
    lines.push(`     -> TraceState: ${traceState(context)}`);
    lines.push(`     -> DroppedAttributesCount: ${droppedAttributesCount ?? 0}`);
    pushAttributes(lines, '-> Attributes:', attributes ?? {}, '     ');
  }
}

function traceState(context: SpanContext): string {
  return plain(context.traceState?.serialize() ?? '');
}

/** `INFO2` as the Collector writes it, `Info2`. */
function capital(name: string | undefined): string {
  return name === undefined ? '' : `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`;
}
