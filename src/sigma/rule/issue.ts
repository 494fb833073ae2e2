import type { Issue } from '../../config/issue.ts';
import type { Range } from '../../config/source.ts';

/** The stable names of everything that can be wrong with a Sigma document. */
export type RuleIssueCode =
  // Reading
  | 'unreadable'
  | 'too_large'
  | 'yaml_syntax'
  // Documents
  | 'not_a_rule'
  | 'missing_key'
  | 'wrong_type'
  | 'invalid_value'
  | 'duplicate_id'
  // Detections
  | 'unknown_modifier'
  | 'modifier_misuse'
  | 'bad_regex'
  | 'missing_list'
  // Conditions
  | 'condition_syntax'
  | 'unknown_identifier'
  // Documents about others
  | 'unknown_rule'
  | 'rule_cycle';

/** One thing that is wrong with a Sigma document, where, and what would be right. */
export type RuleIssue = Issue<RuleIssueCode>;

/** Collects what is wrong with one document, so that its author sees all of it at once. */
export class Issues {
  readonly found: RuleIssue[] = [];

  /** Notes an error and returns undefined, for the value that there is not. */
  add(code: RuleIssueCode, range: Range | undefined, message: string, hint?: string): undefined {
    this.found.push({ code, severity: 'error', message, hint, range });
    return undefined;
  }
}

/** Bounds of what rules may hold; a rule over one of them is refused, and the others load. */
export const RULE_LIMITS = {
  /** Values of one field after expansion, such as those of a list. */
  values: 20_000,
  /** UTF-16 units of one value. */
  valueLength: 32_767,
  /** Texts that one value may become: windash makes five of every dash. */
  variants: 625,
  /** Levels of parentheses and negations in a condition. */
  nesting: 64,
  /** Words of a condition. */
  tokens: 2000,
  /** Parts of a rule's expression, whole. */
  nodes: 100_000,
} as const;
