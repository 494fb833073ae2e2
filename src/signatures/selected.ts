import type { LogBatch, LogRecord } from '../model/log_record.ts';
import { DETECTION } from '../sigma/detection_record.ts';
import type { EventNames } from './event_names.ts';
import { timeOf } from './record_view.ts';

/** What signatures get of a batch. */
export interface Selected {
  readonly records: readonly LogRecord[];
  /** The place of each in the batch. */
  readonly places: readonly number[];
  /** The time that the batch comes to. */
  readonly until: number;
}

/** The records that signatures want, or undefined when neither those nor the time (`nextTimer`) concern them. */
export function selectedOf(
  batch: LogBatch,
  names: EventNames,
  nextTimer: number | undefined,
): Selected | undefined {
  const last = batch.at(-1);
  if (last === undefined) return undefined;
  const records: LogRecord[] = [];
  const places: number[] = [];
  for (let i = 0; i < batch.length; i++) {
    const record = batch[i];
    // What rules found is no event.
    if (
      record === undefined ||
      record.eventName.startsWith(DETECTION) ||
      names.in(record.eventName).length === 0
    )
      continue;
    records.push(record);
    places.push(i);
  }
  const until = timeOf(last);
  const isDue = nextTimer !== undefined && nextTimer <= until;
  return records.length > 0 || isDue ? { records, places, until } : undefined;
}
