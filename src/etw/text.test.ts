import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextCache } from './text.ts';

/** Looks a text up as bytes, by length and by NUL. */
function read(cache: TextCache, text: string, behind = ''): [string, string] {
  const bytes = Buffer.from(`${text}\0${behind}`, 'utf16le');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return [cache.utf16(bytes, view, 0, 2 * text.length), cache.utf16ToNul(bytes, view, 0, bytes.length)];
}

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

test('a string with a NUL in it is never taken for one that ends there', () => {
  const cache = new TextCache();
  for (const text of ['ab\0cd', 'abcd\0\0\0\0efgh', 'ab\0cd']) assert.equal(read(cache, text)[0], text);
  assert.equal(read(cache, 'ab\0cd')[1], 'ab');
  assert.equal(read(cache, 'abcd\0\0\0\0efgh')[1], 'abcd');
});

test('characters whose bytes are no number come back', () => {
  const cache = new TextCache();
  for (const text of ['abc\u7ff8defg', 'abc\ufff0defg', '\u8000\u8000\u8000\u8000']) {
    assert.deepEqual(read(cache, text), [text, text]);
    assert.deepEqual(read(cache, text, 'more'), [text, text]);
  }
});

test('more strings than fit come back, each as it is', () => {
  const cache = new TextCache();
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 40_000; i++) {
      const text = `\\Device\\${i % 17 === 0 ? 'x'.repeat(400) : ''}\\${i}.dll`;
      assert.deepEqual(read(cache, text), [text, text]);
      assert.equal(cache.baseName(text), `${i}.dll`);
    }
});

const paths: readonly [path: string, name: string | undefined, extension: string | undefined][] = [
  ['\\Device\\a.txt:stream', 'a.txt:stream', 'txt'],
  ['C:\\folder\\', undefined, undefined],
  ['/usr/bin/sh', 'sh', undefined],
  ['.hidden', '.hidden', undefined],
];
for (const [path, name, extension] of paths) {
  test(`${path}: the name is ${name}, the extension ${extension}, whether the path is kept or not`, () => {
    const cache = new TextCache();
    const facts = () => [cache.baseName(path), cache.extension(path), cache.baseName(path)];
    assert.deepEqual(facts(), [name, extension, name]);
    read(cache, path);
    assert.deepEqual(facts(), [name, extension, name]);
    read(cache, 'another');
    assert.deepEqual(facts(), [name, extension, name]);
  });
}
