import {
  AttributeBlock,
  type AttributeKey,
  type AttributeSet,
  Shape,
} from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord, LogRecordInit } from '../../src/model/log_record.ts';
import type { Value } from '../../src/model/value.ts';
import { logRecord } from './log_records.ts';

/** 2026-03-02T09:00:00Z. */
const START = 1_772_442_000;

/** Records of one form share a shape, as those of receivers do. */
const shapes = new Map<string, Shape>();

/** Attributes of a record, in the order given. */
export function own(pairs: readonly (readonly [AttributeKey, Value | undefined])[]): AttributeSet {
  const keys = pairs.map(([key]) => key);
  const form = keys.map(({ name }) => name).join();
  let shape = shapes.get(form);
  if (shape === undefined) shapes.set(form, (shape = new Shape(keys)));
  return { shape, values: pairs.map(([, value]) => value) };
}

/** The time of the test's clock, in microseconds since its beginning, as a record has it. */
export function at(micros: number): [number, number] {
  return [START + Math.floor(micros / 1e6), Math.round(micros % 1e6) * 1000];
}

/** The same as an attribute: `2026-03-02T09:00:00.0000010Z`. */
export function timeAt(micros: number): string {
  const second = new Date((START + Math.floor(micros / 1e6)) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(Math.round(micros % 1e6) * 10).padStart(7, '0')}Z`;
}

/** What a record of a process's life tells, beside pid and time. */
export interface Told {
  readonly name?: string;
  readonly parentPid?: number;
  readonly sequence?: number;
  readonly parentSequence?: number;
  /** Microseconds of the test's clock. */
  readonly created?: number;
  readonly commandLine?: string;
  readonly session?: number;
}

/** A start, exit or rundown. */
export function lifeRecord(
  eventName: 'process.start' | 'process.exit' | 'process.rundown',
  pid: number,
  micros: number,
  told: Told = {},
): LogRecord {
  return logRecord(0, {
    eventName,
    hrTime: at(micros),
    own: own([
      [Attr.processPid, pid],
      [Attr.processExecutableName, told.name],
      [Attr.processCommandLine, told.commandLine],
      [Attr.processParentPid, told.parentPid],
      [Attr.windowsSessionId, told.session],
      [Attr.windowsSequenceNumber, told.sequence],
      [Attr.windowsParentSequenceNumber, told.parentSequence],
      [Attr.processCreationTime, told.created === undefined ? undefined : timeAt(told.created)],
    ]),
  });
}

const EVENT = new Shape([Attr.processPid, Attr.filePath]);
const ITEM = new Shape([Attr.windowsStartKey]);

/** Any other record of a process; `startKey` is what Windows stamps its events with. */
export function eventRecord(
  pid: number,
  micros: number,
  startKey?: number,
  changes: Partial<LogRecordInit> = {},
): LogRecord {
  const record = logRecord(0, {
    eventName: 'file.create',
    hrTime: at(micros),
    own: { shape: EVENT, values: [pid, 'C:\\x'] },
    ...changes,
  });
  if (startKey === undefined) return record;
  const key = `0x${(startKey + 2 ** 48).toString(16)}`;
  return record.plus(new AttributeBlock(ITEM, [key]));
}
