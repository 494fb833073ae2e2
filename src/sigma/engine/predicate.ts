import type { LogRecord } from '../../model/log_record.ts';
import type { Logsource } from '../logsource.ts';
import type { Expression } from '../rule/expression.ts';
import { Slot } from './slot.ts';
import { type TestRunner, testRunner } from './test_runner.ts';

/** An expression on its own as a function, for what is judged seldom. */
export function predicate(expression: Expression, source: Logsource): (record: LogRecord) => boolean {
  return compile(expression, (field) => new Slot(source, field));
}

function compile(expression: Expression, slotOf: (field: string) => Slot): TestRunner {
  if (expression.kind === 'test') return testRunner(expression.test, slotOf);
  if (expression.kind === 'not') {
    const of = compile(expression.of, slotOf);
    return (record) => !of(record);
  }
  const parts = expression.of.map((one) => compile(one, slotOf));
  return expression.kind === 'and'
    ? (record) => parts.every((part) => part(record))
    : (record) => parts.some((part) => part(record));
}
