import { SeverityNumber, type SpanContext } from '@opentelemetry/api';
import { LogRecord, type ReadableRecord } from '../model/log_record.ts';
import { RecentWeakMap } from '../model/recent_weak_map.ts';
import { writeRequest } from './envelope.ts';
import {
  LOG_ATTRIBUTES_TAG,
  writeAnyValue,
  writeAttributeSet,
  writeAttributes,
  writeBlock,
} from './values.ts';
import type { ProtobufWriter } from './writer.ts';

/** The gRPC method that takes {@link writeLogs}' messages. */
export const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

/**
 * Writes an ExportLogsServiceRequest (opentelemetry.proto.collector.logs.v1), byte for byte what
 * @opentelemetry/otlp-transformer makes of the same records. Returns false when it gave up because the
 * message would be longer than `limit` bytes.
 */
export function writeLogs(
  writer: ProtobufWriter,
  records: readonly ReadableRecord[],
  limit?: number,
): boolean {
  return writeRequest(writer, records, writeLogRecord, limit);
}

/**
 * ScopeLogs.log_records = 2, a LogRecord (opentelemetry.proto.logs.v1): time_unix_nano = 1 fixed64,
 * severity_number = 2, severity_text = 3, body = 5, attributes = 6, dropped_attributes_count = 7,
 * flags = 8 fixed32, trace_id = 9, span_id = 10, observed_time_unix_nano = 11 fixed64, event_name = 12.
 */
function writeLogRecord(writer: ProtobufWriter, record: ReadableRecord): void {
  const { severityNumber, severityText, body, eventName, spanContext } = record;
  writer.byte(0x12);
  const start = writer.open(2);
  writer.byte(0x09);
  writer.unixNanos(record.hrTime[0], record.hrTime[1]);
  if (severityNumber !== undefined && severityNumber !== SeverityNumber.UNSPECIFIED) {
    writer.byte(0x10);
    writer.int64(severityNumber);
  }
  if (severityText !== undefined && severityText !== '') {
    writer.byte(0x1a);
    writer.string(severityText);
  }
  if (typeof body === 'string') {
    writer.stringValue(0x2a, body);
  } else if (body !== undefined) {
    writer.byte(0x2a);
    const bodyStart = writer.open(1);
    writeAnyValue(writer, body);
    writer.close(bodyStart, 1);
  }
  writeRecordAttributes(writer, record);
  writer.byte(0x38);
  writer.varint(record.droppedAttributesCount);
  if (spanContext !== undefined) writeContext(writer, spanContext);
  writer.byte(0x59);
  writer.unixNanos(record.hrTimeObserved[0], record.hrTimeObserved[1]);
  if (eventName !== undefined && eventName !== '') {
    writer.byte(0x62);
    writer.string(eventName);
  }
  writer.close(start, 2);
}

const contexts = new RecentWeakMap<SpanContext, Uint8Array>();

/** Records of one process are of one span: its ids are encoded once. */
function writeContext(writer: ProtobufWriter, context: SpanContext): void {
  const known = contexts.get(context);
  if (known !== undefined) return writer.raw(known);
  const start = writer.length;
  if (context.traceFlags !== 0) {
    writer.byte(0x45);
    writer.fixed32(context.traceFlags);
  }
  writeId(writer, 0x4a, context.traceId);
  writeId(writer, 0x52, context.spanId);
  contexts.set(context, writer.copyFrom(start));
}

function writeId(writer: ProtobufWriter, tag: number, id: string): void {
  if (id === '') return;
  writer.byte(tag);
  writer.hex(id);
}

/** The order is that of {@link LogRecord.attributes}, which is not asked for: it would flatten the record. */
function writeRecordAttributes(writer: ProtobufWriter, record: ReadableRecord): void {
  if (record instanceof LogRecord) {
    for (const block of record.kind.blocks) writeBlock(writer, block);
    for (const block of record.common.blocks) writeBlock(writer, block);
    writeAttributeSet(writer, LOG_ATTRIBUTES_TAG, record.own);
  } else {
    writeAttributes(writer, LOG_ATTRIBUTES_TAG, record.attributes);
  }
}
