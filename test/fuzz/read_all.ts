import type { Buffer } from 'node:buffer';
import { memorySource } from '../../src/etl/open.ts';
import { recordedHost } from '../../src/etl/recorded_host.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { indexTrace } from '../../src/etw/trace_file.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { writeLogs } from '../../src/otlp/logs.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';

/** What became of a trace. */
export interface ReadResult {
  /** Why it is no trace at all, if so. */
  readonly refused: string | undefined;
  readonly damagedBuffers: number;
  readonly events: number;
}

// One decoder for all, as in a receiver: what one damaged trace leaves in its caches must not harm the next.
const decoder = new Decoder(Catalogue.shipped());
const writer = new ProtobufWriter();

/**
 * Reads a trace from memory to the end and does with every event all that is done with events: decodes it,
 * makes a record and encodes that. Throws only what any of these threw.
 */
export function readAll(bytes: Buffer): ReadResult {
  const index = indexTrace(memorySource(bytes));
  if (typeof index === 'string') return { refused: index, damagedBuffers: 0, events: 0 };
  const mapper = new RecordMapper({
    resource: recordedHost(index.header),
    scope: scopeFor('etl'),
    observedTime: 'event',
    includeEventData: true,
  });
  const stream = new TraceStream([index], decoder);
  let events = 0;
  let batch: LogRecord[] = [];
  for (let event = stream.next(); event !== undefined; event = stream.next()) {
    events++;
    event.decode();
    event.activityId();
    event.relatedActivityId();
    event.payload();
    decoder.stateOf(event);
    batch.push(mapper.map(event));
    if (batch.length === 256) batch = encode(batch);
  }
  encode(batch);
  return { refused: undefined, damagedBuffers: index.problems.damagedBuffers, events };
}

function encode(batch: readonly LogRecord[]): LogRecord[] {
  writer.reset();
  writeLogs(writer, batch);
  return [];
}
