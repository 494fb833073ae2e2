import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Source } from '../../config/source.ts';
import { flatRecord } from '../event_log/flat_record.ts';
import { eventLogTable } from '../event_log/table.ts';
import { and, test as asks, type Expression, not, or, type Test } from '../rule/expression.ts';
import { parsePattern } from '../rule/pattern.ts';
import { readSigma } from '../rule/read.ts';
import { STEP } from '../steps.ts';
import { SigmaEngine } from './engine.ts';

const TESTS = 5000;
const RULE = 'title: t\nlogsource: {product: windows}\ndetection: {a: {Image: x}, condition: a}\n';
const EVENT = { Image: 'a value-77 b', Field77: 'value-77' };

type Ask = (field: string, value: string) => Expression;

const many = Array.from({ length: TESTS }, (_, i) => `*value-${i}*`);
const lists = Array.from({ length: TESTS / 100 }, (_, i) => many.slice(100 * i, 100 * (i + 1)));
const shapes: readonly [what: string, make: (ask: Ask) => Expression, isMet: boolean][] = [
  ['a list of values', (ask) => or(many.map((value) => ask('Image', value))), true],
  ['as many fields', (ask) => or(many.map((value, i) => ask(`Field${i}`, value))), true],
  ['values that must not be there', (ask) => not(or(many.map((value) => ask('Image', value)))), false],
  ['lists', (ask) => or(lists.map((some) => and(some.map((value) => ask('Image', value))))), false],
];

/** Tests that count how often one of them is looked at. */
class Watched {
  #looks = 0;

  ask(field: string, value: string): Expression {
    const wanted: Test = { kind: 'text', field, pattern: parsePattern(value), cased: false };
    const get = (target: Test, key: keyof Test): unknown => {
      if (key === 'kind') this.#looks++;
      return target[key];
    };
    return asks(new Proxy(wanted, { get }));
  }

  /** Looks since the last call. */
  taken(): number {
    const looks = this.#looks;
    this.#looks = 0;
    return looks;
  }
}

for (const [what, make, isMet] of shapes) {
  test(`a rule of ${TESTS} tests is compiled in small steps: ${what}`, () => {
    const [rule] = readSigma(new Source('r.yml', RULE), new Map()).documents;
    assert.ok(rule?.kind === 'rule');
    const watched = new Watched();
    const expression = make((field, value) => watched.ask(field, value));
    const steps = SigmaEngine.of([{ ...rule, expression }], [eventLogTable]);
    const looks: number[] = [];
    for (;;) {
      const step = steps.next();
      looks.push(watched.taken());
      if (step.done !== true) continue;
      const sum = looks.reduce((all, one) => all + one);
      assert.ok(sum > 3 * TESTS, `the tests were looked at: ${sum}`);
      // Whoever takes a test looks at it a few times.
      const most = looks.reduce((one, other) => Math.max(one, other));
      assert.ok(most < 8 * STEP, `${most} looks in one step`);
      assert.equal(step.value.match(flatRecord(EVENT)).length, isMet ? 1 : 0);
      return;
    }
  });
}
