import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRegex } from '../rule/regex.ts';
import { boundedRegex } from './bounded_regex.ts';
import { leastLength, regexLiteral } from './regex_literal.ts';

const literals: readonly [source: string, flags: string, literal: string | undefined][] = [
  ['abc.*de', '', 'abc'],
  ['a|b', '', undefined],
  ['(?:abc)+x', '', 'abc'],
  ['(?:abc)*xyz', '', 'xyz'],
  ['(?:abc|xyz)q', '', undefined],
  ['\\$\\{`?e', '', '${'],
  ['"(?:\\{\\d\\})+"\\s*-f', '', '{'],
  ['disk', 'i', undefined],
  ['ab+cde', '', 'bcde'],
  ['[abc]', '', undefined],
  ['a\\.exe', '', 'a.exe'],
  ['\\Qabc\\E', '', undefined],
];
for (const [source, flags, literal] of literals)
  test(`the text that /${source}/${flags} needs`, () => assert.equal(regexLiteral(source, flags), literal));

const lengths: readonly [source: string, length: number][] = [
  ['.{1000,}', 1000],
  ['\\s[a-f0-9]{64}\\s', 66],
  ['^ab?$', 1],
  ['(?:ab){3}c', 7],
  ['a|bcd', 0],
  ['(?i)ab', 2],
];
for (const [source, length] of lengths)
  test(`/${source}/ needs ${length} characters`, () => assert.equal(leastLength(source), length));

const bounded: readonly [source: string, flags: string, isBounded: boolean][] = [
  ['\\\\[a-zA-Z0-9]{1,32}\\.[a-zA-Z0-9]{1,6}\\.[ "\']{1}', '', true],
  ['\\s[a-f0-9]{4}\\s\\w', '', true],
  ['a{2}b?c', '', true],
  ['a+', '', false],
  ['a{1,100}', '', false],
  ['a{1,80}', '', true],
  ['[ab]{0,40}[ab]{0,40}', '', false],
  ['a{1000}b{1000}', '', true],
  ['a{9000}', '', false],
  ['[ab]{0,500}[ab]{500}c', '', false],
  ['abc', 'i', false],
  ['(?:a)b', '', false],
  ['[^a]b', '', false],
  ['a.b', '', false],
  ['^a', '', false],
  ['é', '', false],
];
for (const [source, flags, isBounded] of bounded)
  test(`/${source}/${flags} is ${isBounded ? '' : 'not '}for JavaScript's engine`, () =>
    assert.equal(boundedRegex(source, flags) !== undefined, isBounded));

test('what is made ready of an expression says the same as the expression', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '-',
    '\\.',
    '\\\\',
    '[a-c]',
    '[b"\']',
    '\\d',
    '\\w',
    '\\s',
    ' ',
    '1',
  );
  const quantifier = fc.constantFrom('', '', '?', '{2}', '{1,3}', '{0,2}');
  const source = fc
    .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.flat().join(''));
  const text = fc
    .array(
      fc.constantFrom('a', 'b', 'c', '-', '.', '\\', '"', "'", '1', ' ', '\t', '\u000b', '\u00a0', 'é', '😀'),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join(''));
  let matches = 0;
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 8, maxLength: 8 }), (pattern, texts) => {
      const compiled = compileRegex(pattern, '');
      assert.equal(compiled.kind, 'regex');
      if (compiled.kind !== 'regex') return;
      const quick = boundedRegex(pattern, '');
      const needed = regexLiteral(pattern, '');
      for (const one of texts) {
        const expected = compiled.regex.test(one);
        if (expected) matches++;
        if (quick !== undefined)
          assert.equal(quick.test(one), expected, `/${pattern}/ ${JSON.stringify(one)}`);
        if (expected) assert.ok(one.length >= leastLength(pattern));
        if (expected && needed !== undefined) assert.ok(one.toLowerCase().includes(needed));
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(matches > 100, `${matches} matches`);
});
