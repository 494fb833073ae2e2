import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { finished } from '../steps.ts';
import { FieldIndex } from './field_index.ts';
import { type Literal, standsIn } from './pattern_matcher.ts';

// Few letters, so that texts meet often; U+0161 and U+1F600 share their low bytes with others.
const part = fc.constantFrom('a', 'b', 'ab', '\\', ' -', 'š', '😀', 'aba', '\0');
const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
const literal: fc.Arbitrary<Literal> = fc.record({
  at: fc.constantFrom('whole', 'start', 'end', 'within'),
  text,
});

test('an index finds each literal that a text has, and no other, however many there are', () => {
  const sets = fc.uniqueArray(literal, { maxLength: 80, selector: ({ at, text }) => `${at} ${text}` });
  fc.assert(
    fc.property(sets, fc.array(text, { maxLength: 30 }), (literals, texts) => {
      const index = finished(FieldIndex.of(literals, 100));
      for (const one of texts) {
        const there = literals.flatMap(({ at, text }, i) => (standsIn(one, at, text) ? [100 + i] : []));
        assert.deepEqual(
          [...index.find(one).list()].sort((a, b) => a - b),
          there,
          JSON.stringify(one),
        );
      }
    }),
    { numRuns: 300 },
  );
});
