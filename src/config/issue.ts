import type { Range } from './source.ts';

/**
 * The stable names of everything that can be wrong with a configuration; docs/configuration.md explains each.
 */
export type IssueCode =
  // Reading
  | 'unreadable'
  | 'too_large'
  | 'yaml_syntax'
  | 'no_config'
  // Expanding
  | 'bad_expansion'
  | 'unset_variable'
  // Sections, ids, keys and values
  | 'unknown_section'
  | 'missing_section'
  | 'bad_id'
  | 'unknown_type'
  | 'duplicate_id'
  | 'unsupported'
  | 'unknown_key'
  | 'missing_key'
  | 'wrong_type'
  | 'invalid_value'
  // Pipelines
  | 'empty_pipeline'
  | 'unknown_reference'
  | 'duplicate_reference'
  | 'wrong_signal'
  | 'connector_misuse'
  | 'pipeline_cycle'
  // Warnings
  | 'unused_component';

/** One thing that is wrong, where, and what would be right. */
export interface Issue<Code extends string = string> {
  readonly code: Code;
  /** A warning does not keep the configuration from running. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What would be right, as a sentence without a capital or full stop; may be missing. */
  readonly hint?: string | undefined;
  /** Missing where there is no text to point at, such as a file that cannot be read. */
  readonly range?: Range | undefined;
  /** The line holds a secret: say where, but do not show it. */
  readonly concealed?: boolean | undefined;
}

/** One thing that is wrong with a configuration. */
export type ConfigIssue = Issue<IssueCode>;

/** An error at a range. */
export function issueAt(
  code: IssueCode,
  range: Range | undefined,
  message: string,
  hint?: string,
): ConfigIssue {
  return { code, severity: 'error', message, hint, range };
}

/** A warning at a range. */
export function warningAt(
  code: IssueCode,
  range: Range | undefined,
  message: string,
  hint?: string,
): ConfigIssue {
  return { code, severity: 'warning', message, hint, range };
}
