import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, jsonValue, property } from 'fast-check';
import { compareText, writeJson } from './write_json.ts';

test('what fits a line stays on it', () => {
  const value = { name: 'A', fields: [{ name: 'B', in: 'UInt32' }], none: {}, empty: [] };
  assert.equal(
    writeJson(value),
    '{\n  "name": "A",\n  "fields": [{ "name": "B", "in": "UInt32" }],\n  "none": {},\n  "empty": []\n}\n',
  );
});

test('an element of an array is a line, whatever its length', () => {
  const long = 'x'.repeat(100);
  assert.equal(
    writeJson({ a: [{ b: [long, long] }, { c: long }], d: { e: long } }),
    `{\n  "a": [\n    { "b": ["${long}", "${long}"] },\n    { "c": "${long}" }\n  ],\n  "d": {\n    "e": "${long}"\n  }\n}\n`,
  );
});

test('reads back as it was', () => {
  check(
    property(jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(writeJson(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('orders by code units', () => {
  assert.deepEqual(['b', 'B', 'a', 'ä', 'a'].sort(compareText), ['B', 'a', 'a', 'b', 'ä']);
});
