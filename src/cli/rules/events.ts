import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { EventLogMapper } from '../../event_log/mapper.ts';
import { readEvtx } from '../../evtx/read_evtx.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { scopeFor } from '../../model/scope.ts';
import { flatRecord } from '../../sigma/event_log/flat_record.ts';
import type { Io } from '../command.ts';
import { readTrace } from './trace_events.ts';

/** A record of a recording, and what names it there. */
export interface RecordedEvent {
  readonly record: LogRecord;
  /** Of an .ndjson file: its line, from 1; of an .evtx file: its EventRecordID; of an .etl file: its place, from 0. */
  readonly number: number;
}

/** What comes out of a recording: an event, or a line that holds none. */
export type Recorded =
  | ({ readonly kind: 'event' } & RecordedEvent)
  | { readonly kind: 'broken'; readonly number: number; readonly reason: string }
  /** Damage that is not of one event alone. */
  | { readonly kind: 'damaged'; readonly reason: string };

/** Reads the events of a recording; rejects when it cannot be read. A new kind of file is added here. */
export type EventReader = (file: string, io: Io) => AsyncIterable<Recorded>;

const READERS: Readonly<Record<string, EventReader>> = {
  '.ndjson': readLines,
  '.jsonl': readLines,
  '.evtx': readEventLog,
  '.etl': readTrace,
  '.etl.gz': readTrace,
};

/** The reader for a file by the end of its name, or undefined. */
export function readerFor(file: string): EventReader | undefined {
  return Object.entries(READERS).find(([end]) => file.toLowerCase().endsWith(end))?.[1];
}

const MAX_LINE = 4 << 20;

async function* readLines(file: string): AsyncGenerator<Recorded> {
  let number = 0;
  let time: LogRecord['hrTime'] = [0, 0];
  for await (const line of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++;
    if (line.trim() === '') continue;
    const event = line.length > MAX_LINE ? 'longer than 4 MiB' : parse(line);
    if (typeof event === 'string') yield { kind: 'broken', number, reason: event };
    else {
      // An event without a time has that of the one before it.
      const record = flatRecord(event, time);
      time = record.hrTime;
      yield { kind: 'event', record, number };
    }
  }
}

async function* readEventLog(file: string): AsyncGenerator<Recorded> {
  const mapper = new EventLogMapper({ scope: scopeFor('evtx'), observedTime: 'event' });
  for await (const { events, problems } of readEvtx(file)) {
    for (const reason of problems) yield { kind: 'damaged', reason };
    for (const event of events) yield { kind: 'event', record: mapper.map(event), number: event.recordId };
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    return 'no JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
