import type { AttributeBlock, AttributeSet } from '../model/attribute_set.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Span } from '../model/span.ts';
import { MAX_DEPTH } from './values.ts';

/** What a log record takes beside its texts and attributes: tags, lengths, two times, severity. */
const RECORD_OVERHEAD = 34;
/** A trace id, a span id and flags. */
const CONTEXT_BYTES = 33;
/** What a span takes beside its name and attributes, ids included. */
const SPAN_OVERHEAD = 72;
/** What a KeyValue takes beside its key and content: four tags, three lengths. */
const PAIR_OVERHEAD = 7;

/**
 * About how many bytes records take in an OTLP message, without encoding them: right to a few per cent for
 * ASCII, too low for other texts (a UTF-16 unit counts as one byte). Resources and scopes do not count.
 */
export function estimateLogs(records: readonly LogRecord[]): number {
  let bytes = 0;
  for (const record of records) bytes += estimateLog(record);
  return bytes;
}

/** As {@link estimateLogs}, of one record. */
export function estimateLog(record: LogRecord): number {
  const { eventName, severityText, body, spanContext, own, kind, common } = record;
  let bytes = RECORD_OVERHEAD + eventName.length + severityText.length + valueSize(body, 0) + setSize(own);
  if (spanContext !== undefined) bytes += CONTEXT_BYTES;
  return bytes + blocksSize(kind.blocks) + blocksSize(common.blocks);
}

function blocksSize(blocks: readonly AttributeBlock[]): number {
  let bytes = 0;
  for (const block of blocks) bytes += block.otlp?.length ?? setSize(block);
  return bytes;
}

/** About how many bytes spans take in an OTLP message; see {@link estimateLogs}. */
export function estimateSpans(spans: readonly Span[]): number {
  let bytes = 0;
  for (const span of spans) {
    bytes += SPAN_OVERHEAD + span.name.length + valueSize(span.attributes, 0);
    for (const event of span.events) bytes += event.name.length + valueSize(event.attributes, 0) + 15;
    for (const link of span.links) bytes += valueSize(link.attributes, 0) + 37;
  }
  return bytes;
}

function setSize(set: AttributeSet): number {
  const { keys } = set.shape;
  let bytes = 0;
  for (let i = 0; i < keys.length; i++) {
    const value = set.values[i];
    if (value !== undefined) bytes += (keys[i]?.name.length ?? 0) + PAIR_OVERHEAD + valueSize(value, 0);
  }
  return bytes;
}

function valueSize(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + 1;
  if (value instanceof Uint8Array) return value.length + 1;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 2;
  let bytes = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) bytes += 4 + valueSize(item, depth + 1);
  } else {
    for (const [key, item] of Object.entries(value))
      bytes += key.length + PAIR_OVERHEAD + valueSize(item, depth + 1);
  }
  return bytes;
}
