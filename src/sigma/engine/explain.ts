import type { LogRecord } from '../../model/log_record.ts';
import type { Logsource } from '../logsource.ts';
import { type Expression, testText } from '../rule/expression.ts';
import { Slot } from './slot.ts';
import { testRunner } from './test_runner.ts';

/** What became of a part of a rule, and of the parts below it. */
export interface Explanation {
  readonly met: boolean;
  /** `all of`, `one of`, `not`, or the test as the rule has it. */
  readonly text: string;
  readonly parts?: readonly Explanation[];
}

/** Judges every part of an expression, also those that the outcome does not hang on. */
export function explained(expression: Expression, source: Logsource, record: LogRecord): Explanation {
  const slotOf = (field: string): Slot => new Slot(source, field);
  const explain = (one: Expression): Explanation => {
    if (one.kind === 'test') return { met: testRunner(one.test, slotOf)(record), text: testText(one.test) };
    if (one.kind === 'not') {
      const part = explain(one.of);
      return { met: !part.met, text: 'not', parts: [part] };
    }
    const parts = one.of.map(explain);
    return one.kind === 'and'
      ? { met: parts.every(({ met }) => met), text: 'all of', parts }
      : { met: parts.some(({ met }) => met), text: 'one of', parts };
  };
  return explain(expression);
}
