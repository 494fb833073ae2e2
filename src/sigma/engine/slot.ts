import type { LogRecord } from '../../model/log_record.ts';
import type { FieldValue, Logsource } from '../logsource.ts';
import { textsOf } from './value.ts';

const NONE: readonly string[] = [];

/** A field of the record that is looked at: read once, and made lower case once, when a test asks. */
export class Slot {
  readonly name: string;
  readonly #read: (record: LogRecord) => FieldValue | undefined;
  #record: LogRecord | undefined;
  #present = false;
  #texts: readonly string[] = NONE;
  #lower: readonly string[] | undefined;

  /** `name`: a field's, or empty for all texts of the record. */
  constructor(source: Logsource, name: string) {
    this.name = name;
    if (name === '') this.#read = (record) => [...source.texts(record)];
    else {
      const field = source.field(name);
      this.#read = (record) => field?.read(record);
    }
  }

  /** Whether the record has the field. */
  present(record: LogRecord): boolean {
    this.#look(record);
    return this.#present;
  }

  /** Its values as texts; none where the record does not have it. */
  texts(record: LogRecord): readonly string[] {
    this.#look(record);
    return this.#texts;
  }

  /** The same in lower case. */
  lower(record: LogRecord): readonly string[] {
    this.#look(record);
    return (this.#lower ??= this.#texts.map((text) => text.toLowerCase()));
  }

  #look(record: LogRecord): void {
    if (record === this.#record) return;
    this.#record = record;
    const value = this.#read(record);
    this.#present = value !== undefined;
    this.#texts = value === undefined ? NONE : textsOf(value);
    this.#lower = undefined;
  }
}
