import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compressXpress } from './xpress.ts';
import { decompressXpressReference } from './xpress_reference.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The examples of [MS-XCA] 3.1. */
const EXAMPLES: [title: string, input: Uint8Array, output: string][] = [
  ['literals', ascii('abcdefghijklmnopqrstuvwxyz'), `3f000000${hex(ascii('abcdefghijklmnopqrstuvwxyz'))}`],
  ['one long match', ascii('abc'.repeat(100)), 'ffffff1f61626317000fff2601'],
];
for (const [title, input, output] of EXAMPLES) {
  test(`[MS-XCA] example: ${title}`, () => assert.equal(hex(compressXpress(input)), output));
}

const text = ascii('\\Device\\HarddiskVolume3\\Windows\\System32\\'.repeat(40));
const ROUND_TRIPS: [title: string, input: Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['exactly 32 literals', Uint8Array.from({ length: 32 }, (_, i) => i)],
  ['zeros to one match of 65,535 and more', new Uint8Array(200_000)],
  [
    'a match too far away to use',
    Uint8Array.from([...text, ...new Uint8Array(9000).map((_, i) => i * 7), ...text]),
  ],
  ['paths', text],
];
for (const [title, input] of ROUND_TRIPS) {
  test(`compresses and comes back: ${title}`, () => {
    assert.deepEqual(decompressXpressReference(compressXpress(input), input.length), input);
  });
}

test('any bytes come back, repetitive or not', () => {
  const chunk = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(50).fill(1)));
  const repeated = fc
    .tuple(chunk, fc.integer({ min: 1, max: 30 }))
    .map(([part, times]) => Array.from({ length: times }, () => [...part]).flat());
  fc.assert(
    fc.property(fc.array(repeated, { maxLength: 20 }), (parts) => {
      const input = Uint8Array.from(parts.flat());
      assert.deepEqual(decompressXpressReference(compressXpress(input), input.length), input);
    }),
    { numRuns: 200 },
  );
});
