import type { LogRecord } from '../model/log_record.ts';

/** A value that a rule compares. A number compares as a number and by its decimal text. */
export type FieldValue = string | number | boolean | readonly (string | number)[];

/** Where the value of a field comes from: the event itself, the process table, the file on disk, or a conclusion. */
export type Provenance = 'event' | 'process' | 'file' | 'inferred';

/** A Sigma field of the records of a log source. */
export interface Field {
  readonly provenance: Provenance;
  /** The value; undefined where this record has none. Never throws. */
  read(record: LogRecord): FieldValue | undefined;
}

/** A rule's `logsource`, as far as it tells. */
export interface LogsourceName {
  readonly product: string | undefined;
  readonly category: string | undefined;
  readonly service: string | undefined;
}

/** Records that a rule's `logsource` means. */
export interface Logsource {
  /** `process_creation`, `service security`: for people. */
  readonly name: string;
  /** The event names that its records have; records of other names never belong to it. Few log sources take any. */
  readonly eventNames: readonly string[] | 'any';
  /** Whether a record with one of these names belongs to it. */
  accepts(record: LogRecord): boolean;
  /** A field by Sigma's name; undefined where such records never have it. */
  field(name: string): Field | undefined;
  /** What a search for keywords looks through. */
  texts(record: LogRecord): readonly string[];
}

/** Which records rules mean; the one place where Sigma's names meet ours. */
export interface LogsourceTable {
  /** Undefined where no record can belong to it. */
  find(name: LogsourceName): Logsource | undefined;
  /**
   * For tables whose log sources take any event name: records of one kind belong to the same log sources. Undefined
   * for a record that belongs to none of them.
   */
  kindOf?(record: LogRecord): string | undefined;
}
