import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSchemaOf } from './json_schema.ts';
import { byteSize, duration, parseByteSize, parseDuration, secret } from './units.ts';

const durations: readonly [text: string, ms: number | undefined][] = [
  ['0', 0],
  ['0s', 0],
  ['200ms', 200],
  ['5s', 5000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['1000ns', 0.001],
  ['30s1m', 90_000],
  ['596h', 2_145_600_000],
  ['597h', undefined],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['5 s', undefined],
  ['5sec', undefined],
  ['-5s', undefined],
  ['+5s', undefined],
  ['5S', undefined],
  ['1d', undefined],
  ['.5s', undefined],
  ['5.s', undefined],
  ['1e3s', undefined],
  ['1s'.repeat(40), undefined],
];

for (const [text, ms] of durations) {
  test(`duration ${JSON.stringify(text)}`, () => {
    assert.equal(parseDuration(text), ms);
    assert.equal(duration().safeParse(text).data, ms);
  });
}

const sizes: readonly [text: string, bytes: number | undefined][] = [
  ['0', 0],
  ['4194304', 4_194_304],
  ['512B', 512],
  ['4kB', 4000],
  ['4KB', 4000],
  ['4KiB', 4096],
  ['4MB', 4_000_000],
  ['512MiB', 536_870_912],
  ['1GiB', 1_073_741_824],
  ['2TB', 2_000_000_000_000],
  ['8191TiB', 8191 * 2 ** 40],
  ['8193TiB', undefined],
  ['', undefined],
  ['MiB', undefined],
  ['1.5MiB', undefined],
  ['512 MiB', undefined],
  ['512mib', undefined],
  ['512M', undefined],
  ['512Mi', undefined],
  ['-1', undefined],
  ['0x10', undefined],
];

for (const [text, bytes] of sizes) {
  test(`size ${JSON.stringify(text)}`, () => {
    assert.equal(parseByteSize(text), bytes);
    assert.equal(byteSize().safeParse(text).data, bytes);
  });
}

test('size as a number of YAML', () => {
  assert.equal(byteSize().parse(4096), 4096);
  for (const number of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.equal(byteSize().safeParse(number).success, false, String(number));
  }
});

test('units take their default in the form one writes, and are described', () => {
  const schema = duration().prefault('5s').describe('A wait.');
  assert.equal(schema.parse(undefined), 5000);
  assert.equal(schema.description, 'A wait.');
  assert.equal(byteSize().prefault('1KiB').parse(undefined), 1024);
});

test('a duration may have a lower bound', () => {
  const schema = duration({ atLeast: '10ms' });
  assert.equal(schema.parse('10ms'), 10);
  assert.match(schema.safeParse('9ms').error?.issues[0]?.message ?? '', /at least "10ms"/);
});

test('a secret is a string, and marked as not to be shown, however it is wrapped', () => {
  assert.equal(secret().parse('x'), 'x');
  assert.equal(jsonSchemaOf(secret().describe('Token.').optional()).writeOnly, true);
});
