import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from '../steps.ts';
import { FieldIndex } from './field_index.ts';
import { plainScan, RememberedScan, ScanMemory } from './remembered_scan.ts';

function scanned(memory: ScanMemory) {
  const literals = [
    { at: 'within', text: 'abc' },
    { at: 'within', text: 'tool' },
  ] as const;
  const scan = new RememberedScan(finished(FieldIndex.of(literals, 0)), memory);
  let scans = 0;
  const of = (...texts: string[]): number[] => {
    const hits = new Set<number>();
    const values = {
      value: texts,
      texts,
      get lower() {
        scans++;
        return texts.map((text) => text.toLowerCase());
      },
    };
    scan.scan(values, { hit: (literal) => hits.add(literal) });
    return [...hits].sort((a, b) => a - b);
  };
  return { of, scans: () => scans };
}

test('a value is scanned once, and found the same again', () => {
  const { of, scans } = scanned(new ScanMemory());
  for (let i = 0; i < 3; i++) assert.deepEqual(of('ABC tool abc'), [0, 1]);
  for (let i = 0; i < 3; i++) assert.deepEqual(of('nothing'), []);
  assert.equal(scans(), 2);
});

test('each value of a list is scanned and remembered for itself', () => {
  const { of, scans } = scanned(new ScanMemory());
  assert.deepEqual(of('abc', 'tool'), [0, 1]);
  assert.deepEqual(of('tool'), [1]);
  assert.equal(scans(), 2);
});

test('a long value is scanned each time', () => {
  const { of, scans } = scanned(new ScanMemory());
  const long = `${'x'.repeat(2000)}tool`;
  for (let i = 0; i < 3; i++) assert.deepEqual(of(long), [1]);
  assert.equal(scans(), 3);
});

test('what all scans remember together is bounded: then all forget', () => {
  const memory = new ScanMemory(10_000);
  const one = scanned(memory);
  const other = scanned(memory);
  one.of('tool');
  one.of('tool');
  assert.equal(one.scans(), 1);
  for (let i = 0; i < 100; i++) other.of(`abc ${i}`);
  assert.deepEqual(one.of('tool'), [1]);
  assert.equal(one.scans(), 2);
});

test('values that never come again are not remembered after a while, until they do again', () => {
  const { of, scans } = scanned(new ScanMemory());
  for (let i = 0; i < 2000; i++) assert.deepEqual(of(`abc ${i}`), [0]);
  const before = scans();
  for (let i = 0; i < 3; i++) assert.deepEqual(of('tool'), [1]);
  assert.equal(scans(), before + 3);
  for (let i = 0; i < 20_000; i++) of('tool');
  const after = scans();
  for (let i = 0; i < 3; i++) assert.deepEqual(of('tool'), [1]);
  assert.equal(scans(), after);
});

test('values too short for any literal are passed over, but not those that grow in lower case', () => {
  const index = finished(FieldIndex.of([{ at: 'whole', text: 'İİ'.toLowerCase() }], 0));
  const hits = (...texts: string[]): number[] => {
    const found: number[] = [];
    const values = { value: texts, texts, lower: texts.map((text) => text.toLowerCase()) };
    plainScan(index).scan(values, { hit: (literal) => found.push(literal) });
    return found;
  };
  assert.deepEqual(hits('a', 'ab'), []);
  assert.deepEqual(hits('a', 'İİ'), [0]);
});
