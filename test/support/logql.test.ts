import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOf } from './logql.ts';

const CASES: readonly (readonly [query: string, labels: readonly string[]])[] = [
  ['{service_name=~".+"}', ['service_name']],
  ['{a="b=c", d!~`e=f`} | g!=`` |= "text"', ['a', 'd', 'g']],
  ['sum by (a, b) (count_over_time({c="x"} | d=~`y|z` [$__range]))', ['a', 'b', 'c', 'd']],
  ['{a="x"} | line_format `{{.b}}  {{.__line__}} ({{.c}})`', ['a', 'b', 'c']],
  ['sum by (t) (rate({a="x"} | label_format t=`{{ regexReplaceAll "[x]" .b "" }}` [1m]))', ['a', 'b']],
];
for (const [query, labels] of CASES)
  test(query, () => assert.deepEqual([...labelsOf(query)].toSorted(), labels));
