import { readYaml } from '../../config/read_yaml.ts';
import { Source } from '../../config/source.ts';
import { readDetection } from '../rule/detection.ts';
import type { Lists } from '../rule/expand.ts';
import type { Expression } from '../rule/expression.ts';
import { Issues, type RuleIssue } from '../rule/issue.ts';

/** What a map of fields stands for, or what is wrong with it. */
export type ReadFields =
  | { readonly kind: 'read'; readonly expression: Expression }
  | { readonly kind: 'wrong'; readonly issues: readonly Pick<RuleIssue, 'code' | 'message'>[] };

/** Reads fields with modifiers and values, as a search of a Sigma rule has them. */
export function readFields(fields: Readonly<Record<string, unknown>>, lists: Lists): ReadFields {
  // JSON is YAML: the reader of rules reads it as if it stood in one.
  const source = new Source('fields', JSON.stringify({ fields, condition: 'fields' }));
  const yaml = readYaml(source);
  const issues = new Issues();
  if (yaml.kind === 'wrong' || yaml.node.kind !== 'map')
    return {
      kind: 'wrong',
      issues: [{ code: 'too_large', message: 'more fields and values than a rule may have' }],
    };
  const expression = readDetection(yaml.node, { issues, lists });
  return expression === undefined ? { kind: 'wrong', issues: issues.found } : { kind: 'read', expression };
}
