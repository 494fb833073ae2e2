import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { inflateXpress } from './xpress.ts';

// The examples of [MS-XCA] section 3.1.
const examples = [
  {
    name: '26 literals',
    input: '3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a',
    output: 'abcdefghijklmnopqrstuvwxyz',
  },
  { name: 'a long overlapping match', input: 'ffffff1f 616263 1700 0f ff 2601', output: 'abc'.repeat(100) },
];

for (const { name, input, output } of examples) {
  test(`inflates ${name}`, () => {
    const bytes = Buffer.from(input.replaceAll(' ', ''), 'hex');
    const target = new Uint8Array(output.length);
    assert.equal(inflateXpress(bytes, 0, bytes.length, target), output.length);
    assert.equal(Buffer.from(target).toString('latin1'), output);
  });
}

test('a distance before the start is refused', () => {
  const bytes = Buffer.from('00000080f8ff', 'hex');
  assert.equal(inflateXpress(bytes, 0, bytes.length, new Uint8Array(10)), -1);
});

test('an input that ends early gives what there was', () => {
  const bytes = Buffer.from('000000006162', 'hex');
  const target = new Uint8Array(10);
  assert.equal(inflateXpress(bytes, 0, bytes.length, target), 2);
});
