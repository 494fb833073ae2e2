import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { LogRecord } from '../../model/log_record.ts';
import type { FieldValue } from '../logsource.ts';
import type { Comparison, Test } from '../rule/expression.ts';
import { compileRegex } from '../rule/regex.ts';
import { boundedRegex } from './bounded_regex.ts';
import { patternMatcher, standsIn } from './pattern_matcher.ts';
import { leastLength, regexLiteral } from './regex_literal.ts';
import type { Slot } from './slot.ts';
import { numberOf, timePartOf } from './value.ts';

/** Whether a record meets a test. */
export type TestRunner = (record: LogRecord) => boolean;

/** Makes the function that runs a test on the values that slots read. */
export function testRunner(test: Test, slotOf: (field: string) => Slot): TestRunner {
  switch (test.kind) {
    case 'text':
      return onTexts(slotOf(test.field), test.cased, patternMatcher(test.pattern));
    case 'keyword':
      return onTexts(slotOf(''), test.cased, patternMatcher(test.pattern));
    case 'regex':
      return onRegex(slotOf(test.field), test.source, test.flags);
    case 'cidr':
      return onTexts(slotOf(test.field), true, networkMatcher(test.address, test.prefix));
    case 'list':
      return onTexts(slotOf(test.field), test.cased, (text) => test.list.has(text, test.cased));
    case 'number':
      return onTexts(slotOf(test.field), true, numberMatcher(test));
    case 'absent': {
      const slot = slotOf(test.field);
      return (record) => slot.of(record).value === undefined;
    }
    case 'field':
      return fieldMatcher(test, slotOf(test.field), slotOf(test.other));
  }
}

function onTexts(slot: Slot, cased: boolean, matches: (text: string) => boolean): TestRunner {
  return (record) => {
    const values = slot.of(record);
    for (const text of cased ? values.texts : values.lower) if (matches(text)) return true;
    return false;
  };
}

/** Where a text has to have a literal to be matched, that is looked for first: it costs a hundredth. */
function onRegex(slot: Slot, source: string, flags: string): TestRunner {
  const matches = regexMatcher(source, flags);
  const literal = regexLiteral(source, flags);
  if (literal === undefined) return onTexts(slot, true, matches);
  return (record) => {
    const { texts, lower } = slot.of(record);
    for (let i = 0; i < texts.length; i++) {
      if (lower[i]?.includes(literal) === true && matches(texts[i] ?? '')) return true;
    }
    return false;
  };
}

function regexMatcher(source: string, flags: string): (text: string) => boolean {
  const compiled = compileRegex(source, flags);
  // Rules are refused when their expressions cannot be compiled.
  if (compiled.kind === 'wrong') throw new Error(`an expression that was checked: ${compiled.reason}`);
  const { regex } = compiled;
  const bounded = boundedRegex(source, flags);
  const least = leastLength(source);
  if (bounded !== undefined) return (text) => text.length >= least && bounded.test(text);
  return (text) => text.length >= least && regex.test(text);
}

function networkMatcher(address: string, prefix: number): (text: string) => boolean {
  const network = new BlockList();
  network.addSubnet(address, prefix, isIPv4(address) ? 'ipv4' : 'ipv6');
  return (text) => {
    if (isIPv4(text)) return network.check(text, 'ipv4');
    return isIPv6(text) && network.check(text, 'ipv6');
  };
}

function numberMatcher(test: Test & { readonly kind: 'number' }): (text: string) => boolean {
  const { part, comparison, value } = test;
  return (text) => {
    const number = part === undefined ? numberOf(text) : timePartOf(text, part);
    return number !== undefined && compares(number, comparison, value);
  };
}

/** Whether two numbers are as a comparison says. */
export function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case 'eq':
      return left === right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
  }
}

function fieldMatcher({ at, cased }: Test & { readonly kind: 'field' }, own: Slot, other: Slot): TestRunner {
  const values = (slot: Slot, record: LogRecord) => (cased ? slot.of(record).texts : slot.of(record).lower);
  return (record) => {
    if (at === 'whole' && differInLength(own.of(record).value, other.of(record).value)) return false;
    return values(own, record).some((text) => values(other, record).some((part) => standsIn(text, at, part)));
  };
}

/** Of all characters, this one alone changes a text's length in lower case. */
const LENGTHENED = '\u0130';

/** Whether two texts cannot be equal, whatever the case: most are known to differ without being made lower case. */
function differInLength(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  if (typeof one !== 'string' || typeof other !== 'string' || one.length === other.length) return false;
  return !one.includes(LENGTHENED) && !other.includes(LENGTHENED);
}
