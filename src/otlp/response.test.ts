import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readFields } from './reader.ts';
import { readExportResponse, readRetryDelay } from './response.ts';
import { ProtobufWriter } from './writer.ts';

/** Writes a message from [tag, content] pairs. */
function message(
  ...fields: readonly (readonly [tag: number, content: number | string | Uint8Array])[]
): Uint8Array {
  const writer = new ProtobufWriter();
  for (const [tag, content] of fields) {
    writer.byte(tag);
    if (typeof content === 'number') writer.int64(content);
    else if (typeof content === 'string') writer.string(content);
    else writer.bytes(content);
  }
  return writer.copyFrom(0);
}

const retryInfo = (...duration: readonly (readonly [number, number])[]) =>
  message(
    [0x08, 8],
    [0x12, 'quota'],
    [0x1a, message([0x0a, 'type.googleapis.com/google.rpc.DebugInfo'], [0x12, 'x'])],
    [
      0x1a,
      message(
        [0x0a, 'type.googleapis.com/google.rpc.RetryInfo'],
        [0x12, message([0x0a, message(...duration)])],
      ),
    ],
  );

for (const [title, bytes, expected] of [
  ['an empty answer', message(), { rejected: 0, message: '' }],
  [
    'rejected items',
    message([0x0a, message([0x08, 3], [0x12, 'too old'])]),
    { rejected: 3, message: 'too old' },
  ],
  ['a warning only', message([0x0a, message([0x12, 'slow down'])]), { rejected: 0, message: 'slow down' }],
  ['a negative count', message([0x0a, message([0x08, -5])]), { rejected: 0, message: '' }],
  [
    'an unknown field',
    message([0x7a, 'new'], [0x0a, message([0x08, 1], [0x18, 9])]),
    { rejected: 1, message: '' },
  ],
  ['a truncated answer', Uint8Array.of(0x0a, 0x7f, 0x08), { rejected: 0, message: '' }],
] as const) {
  test(`export response: ${title}`, () => assert.deepEqual(readExportResponse(bytes), expected));
}

for (const [title, bytes, expected] of [
  ['seconds and nanoseconds', retryInfo([0x08, 2], [0x10, 500_000_000]), 2500],
  ['no delay', retryInfo(), 0],
  ['a negative delay', retryInfo([0x08, -1]), 0],
  ['no details', message([0x08, 14]), undefined],
  ['no status', Uint8Array.of(0xff), undefined],
] as const) {
  test(`retry info: ${title}`, () => assert.equal(readRetryDelay(bytes), expected));
}

test('no bytes of a peer make a reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      readFields(bytes);
      readExportResponse(bytes);
      readRetryDelay(bytes);
    }),
  );
});
