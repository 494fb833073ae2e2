import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Line, LineReader } from './line_reader.ts';

function linesOf(pieces: readonly Buffer[], maxBytes: number): string[] {
  const reader = new LineReader(maxBytes);
  const shown = (line: Line): string => (line.kind === 'line' ? line.text : '<too long>');
  return pieces.flatMap((piece) => [...reader.push(piece)].map(shown));
}

const CASES: readonly (readonly [title: string, text: string, lines: readonly string[]])[] = [
  ['two lines', 'ab\ncd\n', ['ab', 'cd']],
  ['the end of a line does not come', 'ab\ncd', ['ab']],
  ['empty lines', '\n\nab\n\n', ['ab']],
  ['as long as it may be', '1234567é\n', ['1234567é']],
  ['one byte more', '12345678é\nab\n', ['<too long>', 'ab']],
  ['much more', `${'x'.repeat(100)}\n`, ['<too long>']],
];

for (const [title, text, lines] of CASES) {
  test(`lines: ${title}`, () => {
    const bytes = Buffer.from(text);
    assert.deepEqual(linesOf([bytes], 9), lines);
    const single = Array.from(bytes, (byte) => Buffer.of(byte));
    assert.deepEqual(linesOf(single, 9), lines, 'byte by byte');
  });
}

test('lines: wherever a stream is cut, its lines are the same', () => {
  const pieces = fc.array(fc.stringMatching(/^[aé\n]{0,12}$/), { maxLength: 8 });
  fc.assert(
    fc.property(pieces, (texts) => {
      const bytes = texts.map((text) => Buffer.from(text));
      assert.deepEqual(linesOf(bytes, 9), linesOf([Buffer.concat(bytes)], 9));
    }),
  );
});
