import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextCache } from './text.ts';

const wide = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.nat(600).map((length) => 'ab'.repeat(length)),
  // Alike but for one character, so that a slot's words are compared to their end.
  fc.tuple(fc.nat(300), fc.nat(2)).map(([at, n]) => `${'x'.repeat(at)}${'abc'[n]}${'x'.repeat(300 - at)}`),
);

test('any strings come back, cached or not, by length and by NUL, at any offset', () => {
  const cache = new TextCache();
  fc.assert(
    fc.property(wide, fc.nat(9), (any, offset) => {
      const text = any.replaceAll('\0', '?');
      const bytes = Buffer.concat([Buffer.alloc(offset, 1), Buffer.from(`${text}\0tail`, 'utf16le')]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const end = offset + 2 * text.length;
      assert.equal(cache.utf16(bytes, view, offset, end), text);
      assert.equal(cache.utf16ToNul(bytes, view, offset, bytes.length), text);
      assert.equal(cache.end, end);
      assert.equal(cache.utf16ToNul(bytes, view, offset, end), text);
    }),
  );
});
