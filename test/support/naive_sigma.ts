import { RE2JS } from 're2js';
import type { FieldValue } from '../../src/sigma/logsource.ts';
import type { Expression, Test } from '../../src/sigma/rule/expression.ts';
import { ANY, type Pattern } from '../../src/sigma/rule/pattern.ts';

/** An event as the oracle sees it: its fields, and the texts that keywords are looked for in. */
export interface NaiveEvent {
  readonly field: (name: string) => FieldValue | undefined;
  readonly texts: readonly string[];
}

/**
 * Sigma's semantics, written down as plainly as they can be: what the engine must be equal to. Nothing is shared with
 * it but the reading of rules.
 */
export function naiveMatches(expression: Expression, event: NaiveEvent): boolean {
  switch (expression.kind) {
    case 'test':
      return naiveTest(expression.test, event);
    case 'not':
      return !naiveMatches(expression.of, event);
    case 'and':
      return expression.of.every((one) => naiveMatches(one, event));
    case 'or':
      return expression.of.some((one) => naiveMatches(one, event));
  }
}

function naiveTest(test: Test, event: NaiveEvent): boolean {
  if (test.kind === 'keyword') return event.texts.some((text) => wildcard(text, test.pattern, test.cased));
  const value = event.field(test.field);
  if (test.kind === 'absent') return value === undefined;
  const texts = value === undefined ? [] : [value].flat().map((one) => `${one}`);
  return texts.some((text) => valueFits(text, test, event));
}

function valueFits(
  text: string,
  test: Exclude<Test, { kind: 'keyword' | 'absent' }>,
  event: NaiveEvent,
): boolean {
  switch (test.kind) {
    case 'text':
      return wildcard(text, test.pattern, test.cased);
    case 'regex': {
      const flags = test.flags === '' ? '' : `(?${test.flags})`;
      return RE2JS.compile(flags + test.source)
        .matcher(text)
        .find();
    }
    case 'cidr':
      return inNetwork(text, test.address, test.prefix);
    case 'list':
      return test.list.has(test.cased ? text : low(text), test.cased);
    case 'number':
      return numberFits(text, test);
    case 'field': {
      const other = event.field(test.other);
      const parts = other === undefined ? [] : [other].flat().map((one) => `${one}`);
      return parts.some((part) =>
        test.cased ? placed(text, part, test.at) : placed(low(text), low(part), test.at),
      );
    }
  }
}

const low = (text: string): string => text.toLowerCase();

function placed(text: string, part: string, at: 'whole' | 'start' | 'end' | 'within'): boolean {
  const where = text.indexOf(part);
  if (at === 'whole') return text === part;
  if (at === 'start') return where === 0;
  return at === 'within'
    ? where >= 0
    : text.slice(text.length - part.length) === part && part.length <= text.length;
}

const regexes = new WeakMap<Pattern, RegExp>();

function wildcard(text: string, pattern: Pattern, cased: boolean): boolean {
  const regex = regexes.get(pattern) ?? regexOf(pattern);
  regexes.set(pattern, regex);
  return regex.test(cased ? text : low(text));
}

function regexOf(pattern: Pattern): RegExp {
  const source = pattern.map((part) =>
    typeof part === 'string' ? part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : part === ANY ? '.*' : '.',
  );
  return new RegExp(`^${source.join('')}$`, 's');
}

function inNetwork(text: string, address: string, prefix: number): boolean {
  const own = bitsOf(text);
  const network = bitsOf(address);
  if (own === undefined || network === undefined || own.length !== network.length) return false;
  return own.slice(0, prefix) === network.slice(0, prefix);
}

/** An IPv4 address as 32 binary digits. The generated events have no others. */
function bitsOf(text: string): string | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (bytes === undefined || bytes.some((byte) => byte > 255)) return undefined;
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function numberFits(text: string, test: Test & { readonly kind: 'number' }): boolean {
  const number =
    test.part === undefined ? Number(text.trim() === '' ? Number.NaN : text) : partOf(text, test.part);
  if (number === undefined || Number.isNaN(number)) return false;
  const { comparison, value } = test;
  if (comparison === 'eq') return number === value;
  if (comparison === 'gt' || comparison === 'gte')
    return number > value || (comparison === 'gte' && number === value);
  return number < value || (comparison === 'lte' && number === value);
}

/** Hour and year are what the generated rules ask for. */
function partOf(text: string, part: string): number | undefined {
  const match = /^(\d{4})-\d\d-\d\d[T ](\d\d):\d\d:\d\d$/.exec(text);
  if (match === null) return undefined;
  return part === 'year' ? Number(match[1]) : part === 'hour' ? Number(match[2]) : undefined;
}
