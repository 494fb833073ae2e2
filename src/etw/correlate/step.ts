import type { LogRecord } from '../../model/log_record.ts';

/** What correlation does to each record of one event at once: learns from it, and tells it what was learnt. */
export interface Step {
  /** The record, or one with more in it. */
  apply(record: LogRecord): LogRecord;
}
