import type { LogRecord } from '../../model/log_record.ts';
import type { Field } from '../logsource.ts';

/** A field as the tables have it. */
export interface FieldDefinition extends Field {
  /** Where its value is, in words for docs/sigma-fields.md: an attribute, or what is made of some. */
  readonly from: string;
}

/** Fields by Sigma's names. */
export type FieldTable = Readonly<Record<string, FieldDefinition>>;

/**
 * The form of the tables: which records a Sigma category means, and what its fields are in them. One file for
 * each category; table.ts lists them, and docs/sigma-fields.md is generated from them.
 */
export interface CategoryDefinition {
  /** Sigma's name of the category. */
  readonly category: string;
  readonly eventNames: readonly string[];
  /** Which of these records; all where it is absent. */
  readonly only?: {
    /** In words, for the docs. */
    readonly words: string;
    accepts(record: LogRecord): boolean;
  };
  readonly fields: FieldTable;
  /** What a reader of the docs should know: where it differs from Sysmon. */
  readonly notes?: string;
}
