import type { LogRecord } from '../../model/log_record.ts';
import type { FieldValue, Logsource } from '../logsource.ts';
import { textsOf } from './value.ts';

const NONE: readonly string[] = [];

/** What a record has in a field. */
export interface Values {
  /** As it was read; undefined where the record does not have the field. */
  readonly value: FieldValue | undefined;
  /** As texts; none where the record does not have the field. */
  readonly texts: readonly string[];
  /** The same in lower case. */
  readonly lower: readonly string[];
}

/** A field of the record that is looked at: read once, and made lower case once, when a test asks. */
export class Slot implements Values {
  readonly #read: (record: LogRecord) => FieldValue | undefined;
  #record: LogRecord | undefined;
  #value: FieldValue | undefined;
  #texts: readonly string[] | undefined;
  #lower: readonly string[] | undefined;

  /** `name`: a field's, or empty for all texts of the record. */
  constructor(source: Logsource, name: string) {
    const field = source.field(name);
    this.#read = name === '' ? (record) => source.texts(record) : (record) => field?.read(record);
  }

  /** The values of a record, until another one is asked for. */
  of(record: LogRecord): Values {
    if (record !== this.#record) {
      this.#record = record;
      const value = this.#read(record);
      // Many records of a process come one behind the other.
      if (value !== this.#value) this.#take(value);
    }
    return this;
  }

  get value(): FieldValue | undefined {
    return this.#value;
  }

  get texts(): readonly string[] {
    return (this.#texts ??= this.#value === undefined ? NONE : textsOf(this.#value));
  }

  get lower(): readonly string[] {
    return (this.#lower ??= this.texts.map((text) => text.toLowerCase()));
  }

  #take(value: FieldValue | undefined): void {
    this.#value = value;
    this.#texts = undefined;
    this.#lower = undefined;
  }
}
