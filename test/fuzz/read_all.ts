import type { Buffer } from 'node:buffer';
import { eventLine } from '../../src/cli/inspect/event_line.ts';
import { memorySource } from '../../src/etl/open.ts';
import { recordedHost } from '../../src/etl/recorded_host.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Correlator } from '../../src/etw/correlate/correlator.ts';
import { Decoder, type SchemaCatalogue } from '../../src/etw/decoder.ts';
import { scanForSchemas } from '../../src/etw/embedded/scan.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { indexTrace, type TraceIndex } from '../../src/etw/trace_file.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { logsToJson } from '../../src/otlp/json.ts';
import { writeLogs } from '../../src/otlp/logs.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';
import { Account } from '../../src/telemetry/ledger.ts';

/** What became of a trace. */
export interface ReadResult {
  /** Why it is no trace at all, if so. */
  readonly refused: string | undefined;
  readonly damagedBuffers: number;
  readonly events: number;
}

/**
 * Reads traces from memory to their end and does with every event all that is done with events: decodes it,
 * makes a record, correlates and encodes that. One decoder and one mapper serve all traces, as in a receiver:
 * what one damaged trace leaves in their caches must not harm the next.
 */
export class Reader {
  readonly #decoder: Decoder;
  readonly #writer = new ProtobufWriter();
  readonly #mapper = new RecordMapper({
    resource: recordedHost(undefined),
    scope: scopeFor('etl'),
    observedTime: 'event',
    includeEventData: true,
  });

  constructor(catalogue: SchemaCatalogue = Catalogue.shipped()) {
    this.#decoder = new Decoder(catalogue);
  }

  /** `asText` also takes the ways that show events and records as JSON. Throws what any of these threw. */
  read(bytes: Buffer, asText: boolean): ReadResult {
    const index = indexTrace(memorySource(bytes));
    if (typeof index === 'string') return { refused: index, damagedBuffers: 0, events: 0 };
    // Yields so that others get a turn; here there are none.
    for (const _ of scanForSchemas(index, this.#decoder));
    const events = this.#readEvents(index, asText);
    return { refused: undefined, damagedBuffers: index.problems.damagedBuffers, events };
  }

  #readEvents(index: TraceIndex, asText: boolean): number {
    const decoder = this.#decoder;
    const account = new Account('etl', 'receiver');
    const onDefect = (_: LogRecord, error: unknown): never => {
      throw error;
    };
    const correlator = new Correlator({ account, onDefect });
    const stream = new TraceStream([index], decoder);
    const batch: LogRecord[] = [];
    let events = 0;
    for (let event = stream.next(); event !== undefined; event = stream.next()) {
      events++;
      look(event);
      if (asText) JSON.parse(eventLine(event));
      if (decoder.stateOf(event) !== undefined) continue;
      account.queued++;
      correlator.add(this.#mapper.map(event), batch, event.payloadEnd - event.start);
      if (batch.length >= 256) this.#encode(batch, account, asText);
    }
    correlator.flush(batch);
    this.#encode(batch, account, asText);
    // What went in has come out, or was merged into another: joined records are not lost.
    if (account.queued !== 0 || correlator.held !== 0)
      throw new Error(`${account.queued} records are missing`);
    return events;
  }

  #encode(batch: LogRecord[], account: Account, asText: boolean): void {
    account.queued -= batch.length;
    this.#writer.reset();
    writeLogs(this.#writer, batch);
    if (asText) JSON.parse(logsToJson(batch));
    batch.length = 0;
  }
}

function look(event: EventView): void {
  event.decode();
  event.decoder.decodes(event);
  event.activityId();
  event.relatedActivityId();
  event.extendedItems();
  event.payload();
}
