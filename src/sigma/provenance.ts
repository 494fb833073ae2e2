import type { LogRecord } from '../model/log_record.ts';
import type { Provenance } from './logsource.ts';
import type { DetectingRule } from './rule/documents.ts';
import { fieldsOf } from './rule/expression.ts';
import { sourceOf } from './source_of.ts';

/**
 * Where the values that a rule looked at came from, by its names of fields; those that the record has. Undefined for
 * what is no rule about single records.
 */
export function provenanceOf(
  rule: DetectingRule,
  record: LogRecord,
): Readonly<Record<string, Provenance>> | undefined {
  const source = rule.kind === 'rule' ? sourceOf(rule, record) : undefined;
  if (rule.kind !== 'rule' || source === undefined) return undefined;
  const found: Record<string, Provenance> = Object.create(null);
  for (const name of fieldsOf(rule.expression)) {
    const field = source.field(name);
    if (field?.read(record) !== undefined) found[name] = field.provenance;
  }
  return found;
}
