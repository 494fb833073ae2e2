import type { Link, SpanContext } from '@opentelemetry/api';
import type { Span } from '../model/span.ts';
import { writeRequest } from './envelope.ts';
import { writeAttributes } from './values.ts';
import type { ProtobufWriter } from './writer.ts';

/** The gRPC method that takes {@link writeTraces}' messages. */
export const TRACES_EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Span.flags: the low 8 bits are the W3C trace flags, bit 8 says that bit 9 (remote parent) is known. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * Writes an ExportTraceServiceRequest (opentelemetry.proto.collector.trace.v1), byte for byte what
 * @opentelemetry/otlp-transformer makes of the same spans. Returns false when it gave up because the message
 * would be longer than `limit` bytes.
 */
export function writeTraces(writer: ProtobufWriter, spans: readonly Span[], limit?: number): boolean {
  return writeRequest(writer, spans, writeSpan, limit);
}

/** The flags of a span or link, from its own trace flags and whether the context it points to is remote. */
export function spanFlags(context: SpanContext, remote: boolean | undefined): number {
  return (context.traceFlags & 0xff) | HAS_IS_REMOTE | (remote === true ? IS_REMOTE : 0);
}

/**
 * ScopeSpans.spans = 2, a Span (opentelemetry.proto.trace.v1): trace_id = 1, span_id = 2, trace_state = 3,
 * parent_span_id = 4, name = 5, kind = 6, start_time_unix_nano = 7, end_time_unix_nano = 8, attributes = 9,
 * dropped_attributes_count = 10, events = 11, dropped_events_count = 12, links = 13, dropped_links_count = 14,
 * status = 15, flags = 16 fixed32.
 */
function writeSpan(writer: ProtobufWriter, span: Span): void {
  const context = span.spanContext();
  writer.byte(0x12);
  const start = writer.open(2);
  writeContext(writer, context);
  const parent = span.parentSpanContext;
  if (parent !== undefined && parent.spanId !== '') {
    writer.byte(0x22);
    writer.hex(parent.spanId);
  }
  writer.byte(0x2a);
  writer.string(span.name);
  // OTLP's SpanKind has UNSPECIFIED before the API's kinds.
  writer.byte(0x30);
  writer.varint(span.kind + 1);
  writer.byte(0x39);
  writer.unixNanos(span.startTime[0], span.startTime[1]);
  writer.byte(0x41);
  writer.unixNanos(span.endTime[0], span.endTime[1]);
  writeAttributes(writer, 0x4a, span.attributes);
  writer.byte(0x50);
  writer.varint(span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writer.byte(0x60);
  writer.varint(span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writer.byte(0x70);
  writer.varint(span.droppedLinksCount);
  writeStatus(writer, span.status);
  writer.varint((16 << 3) | 5);
  writer.fixed32(spanFlags(context, parent?.isRemote));
  writer.close(start, 2);
}

/** trace_id = 1, span_id = 2 and trace_state = 3, of a Span and of a Link. */
function writeContext(writer: ProtobufWriter, context: SpanContext): void {
  writer.byte(0x0a);
  writer.hex(context.traceId);
  writer.byte(0x12);
  writer.hex(context.spanId);
  const traceState = context.traceState?.serialize() ?? '';
  if (traceState === '') return;
  writer.byte(0x1a);
  writer.string(traceState);
}

/** Event: time_unix_nano = 1, name = 2, attributes = 3, dropped_attributes_count = 4. */
function writeEvent(writer: ProtobufWriter, event: Span['events'][number]): void {
  writer.byte(0x5a);
  const start = writer.open(1);
  writer.byte(0x09);
  writer.unixNanos(event.time[0], event.time[1]);
  writer.byte(0x12);
  writer.string(event.name);
  if (event.attributes !== undefined) writeAttributes(writer, 0x1a, event.attributes);
  writer.byte(0x20);
  writer.varint(event.droppedAttributesCount ?? 0);
  writer.close(start, 1);
}

/** Link: the context, attributes = 4, dropped_attributes_count = 5, flags = 6 fixed32. */
function writeLink(writer: ProtobufWriter, link: Link): void {
  writer.byte(0x6a);
  const start = writer.open(1);
  writeContext(writer, link.context);
  if (link.attributes !== undefined) writeAttributes(writer, 0x22, link.attributes);
  writer.byte(0x28);
  writer.varint(link.droppedAttributesCount ?? 0);
  writer.byte(0x35);
  writer.fixed32(spanFlags(link.context, link.context.isRemote));
  writer.close(start, 1);
}

/** Status: message = 2, code = 3. */
function writeStatus(writer: ProtobufWriter, status: Span['status']): void {
  writer.byte(0x7a);
  const start = writer.open(1);
  if (status.message !== undefined && status.message !== '') {
    writer.byte(0x12);
    writer.string(status.message);
  }
  writer.byte(0x18);
  writer.varint(status.code);
  writer.close(start, 1);
}
