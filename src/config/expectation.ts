import type { z } from 'zod';

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** Messages of issues whose schema brings none of its own: what would have been right. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `expected ${NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'too_small') {
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
  }
  if (issue.code === 'too_big') {
    return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
  }
  if (issue.code === 'invalid_union') return OTHER_FORM;
  return issue.message ?? 'not valid';
}

/** The message of a union none of whose forms fits, to be replaced by what each of them wants. */
export const OTHER_FORM = 'expected another form of value';

function unitOf(origin: string): string {
  return UNITS[origin] ?? '';
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', map: ' keys' };
