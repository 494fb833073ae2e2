import { isIPv4, isIPv6 } from 'node:net';
import type { ConfigNode, Entry, ScalarNode } from '../../config/node.ts';
import { kindOf } from '../../config/node.ts';
import type { Range } from '../../config/source.ts';
import { expanded, type Lists, listNamed } from './expand.ts';
import { and, type Expression, not, or, type Test, test } from './expression.ts';
import { type Issues, RULE_LIMITS } from './issue.ts';
import { type Modifiers, readModifiers } from './modifiers.ts';
import { ANY, joined, mapTexts, type Part, parsePattern } from './pattern.ts';
import { compileRegex } from './regex.ts';
import { transformed } from './transform.ts';

/** What a rule's values are read with. */
export interface ValueContext {
  readonly issues: Issues;
  readonly lists: Lists;
}

type Value = string | number | boolean | null;
type Reader = (
  field: string,
  value: Value,
  m: Modifiers,
  range: Range,
  context: ValueContext,
) => Expression | undefined;

const READERS: Readonly<Record<Modifiers['as'], Reader>> = {
  text: readText,
  regex: readRegex,
  cidr: readCidr,
  exists: readExists,
  field: readField,
  number: readNumber,
};

/** `Field|modifier: value(s)` as an expression; undefined where something is wrong with it. */
export function readFieldItem(name: string, entry: Entry, context: ValueContext): Expression | undefined {
  const [field = '', ...names] = name.split('|');
  const modifiers = readModifiers(names, entry.key, context.issues);
  return modifiers === undefined ? undefined : readValues(field, modifiers, entry.value, context);
}

/** The value or values of a field (of no name: keywords) as an expression. */
export function readValues(
  field: string,
  m: Modifiers,
  node: ConfigNode,
  context: ValueContext,
): Expression | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  if (items.length === 0)
    return context.issues.add('invalid_value', node.range, 'expected at least one value');
  const values: Expression[] = [];
  for (const item of items) {
    if (item.kind !== 'scalar') {
      return context.issues.add('wrong_type', item.range, `expected a value, got ${kindOf(item)}`);
    }
    const read = readValue(field, m, item, context);
    if (read === undefined) return undefined;
    values.push(...read);
    if (values.length > RULE_LIMITS.values) {
      return context.issues.add('too_large', item.range, `more than ${RULE_LIMITS.values} values`);
    }
  }
  const all = m.all ? and(values) : or(values);
  return m.negated ? not(all) : all;
}

function readValue(
  field: string,
  m: Modifiers,
  { value, range }: ScalarNode,
  context: ValueContext,
): readonly Expression[] | undefined {
  if (typeof value === 'string' && value.length > RULE_LIMITS.valueLength) {
    return context.issues.add(
      'too_large',
      range,
      `a value of more than ${RULE_LIMITS.valueLength} characters`,
    );
  }
  const members = m.expand ? readMembers(field, value, m, context) : undefined;
  if (members !== undefined) return [members];
  const values = m.expand && typeof value === 'string' ? expandedValues(value, range, context) : [value];
  const read = values?.map((one) => READERS[m.as](field, one, m, range, context));
  if (read === undefined || read.includes(undefined)) return undefined;
  // A placeholder stands for one of its list, also where all values must fit.
  return m.expand ? [or(read.filter((one) => one !== undefined))] : read.filter((one) => one !== undefined);
}

/** A field that is compared with a whole list: looked up in it, however long it is. */
function readMembers(
  field: string,
  value: Value,
  m: Modifiers,
  { lists }: ValueContext,
): Expression | undefined {
  if (field === '' || m.as !== 'text' || m.at !== 'whole' || m.transforms.length > 0) return undefined;
  const name = typeof value === 'string' ? listNamed(value) : undefined;
  const list = name === undefined ? undefined : lists.get(name);
  if (name === undefined || list === undefined || list.wildcards.length > RULE_LIMITS.values)
    return undefined;
  const { cased } = m;
  const patterns = list.wildcards.map((text) => textTest(field, parsePattern(text), m));
  return or([test<Test>({ kind: 'list', field, name, list, cased }), ...patterns]);
}

function expandedValues(
  value: string,
  range: Range,
  { lists, issues }: ValueContext,
): readonly string[] | undefined {
  const result = expanded(value, lists, RULE_LIMITS.values);
  if (result.kind === 'values') return result.values;
  const hint = `give its values under "lists"`;
  return issues.add('missing_list', range, `there is no list "${result.name}" for expand`, hint);
}

function readText(
  field: string,
  value: Value,
  m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  if (value === null) {
    if (m.at === 'whole' && m.transforms.length === 0 && field !== '') return test({ kind: 'absent', field });
    return issues.add('modifier_misuse', range, 'null takes no modifiers and is no keyword');
  }
  const result = transformed(parsePattern(String(value)), m.transforms);
  if (result.kind === 'wrong') return issues.add('modifier_misuse', range, result.reason);
  return or(result.patterns.map((pattern) => textTest(field, pattern, m)));
}

function textTest(field: string, plain: readonly Part[], m: Modifiers): Expression {
  const { at, cased } = m;
  const own = cased ? plain : mapTexts(plain, (text) => text.toLowerCase());
  // Keywords are looked for within the texts of a record.
  const before: Part[] = at === 'within' || at === 'end' || (field === '' && at === 'whole') ? [ANY] : [];
  const behind: Part[] = at === 'within' || at === 'start' || (field === '' && at === 'whole') ? [ANY] : [];
  const pattern = joined([...before, ...own, ...behind]);
  return field === ''
    ? test({ kind: 'keyword', pattern, cased })
    : test({ kind: 'text', field, pattern, cased });
}

function readRegex(
  field: string,
  value: Value,
  m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  const source = String(value ?? '');
  const compiled = compileRegex(source, m.flags);
  if (compiled.kind === 'regex' && field !== '')
    return test({ kind: 'regex', field, source, flags: m.flags });
  if (compiled.kind === 'regex') return issues.add('modifier_misuse', range, 're needs a field');
  const hint = "expressions are RE2's: no look-around, no back references";
  return issues.add('bad_regex', range, compiled.reason, hint);
}

function readCidr(
  field: string,
  value: Value,
  _m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  const [address = '', length] = String(value).split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (field !== '' && bits > 0 && prefix <= bits) return test({ kind: 'cidr', field, address, prefix });
  return issues.add(
    'invalid_value',
    range,
    `expected a network such as 10.0.0.0/8, got ${JSON.stringify(value)}`,
  );
}

function readExists(
  field: string,
  value: Value,
  _m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  if (typeof value !== 'boolean' || field === '') {
    return issues.add('invalid_value', range, 'exists takes a field, and true or false');
  }
  const absent = test<Test>({ kind: 'absent', field });
  return value ? not(absent) : absent;
}

function readField(
  field: string,
  value: Value,
  m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  if (typeof value === 'string' && value !== '' && field !== '') {
    return test({ kind: 'field', field, other: value, at: m.at, cased: m.cased });
  }
  return issues.add('invalid_value', range, 'fieldref takes the name of a field');
}

function readNumber(
  field: string,
  value: Value,
  m: Modifiers,
  range: Range,
  { issues }: ValueContext,
): Expression | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && field !== '') {
    return test({ kind: 'number', field, comparison: m.comparison, value: number, part: m.part });
  }
  return issues.add('invalid_value', range, `expected a number, got ${JSON.stringify(value)}`);
}
