import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { resultOfRefusal, retryAfterMs } from './status.ts';

const NOW = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');
for (const [value, ms] of [
  [undefined, undefined],
  ['120', 120_000],
  ['0', undefined],
  ['-5', undefined],
  ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2015 07:27:30 GMT', undefined],
  ['soon', undefined],
] as const)
  test(`Retry-After ${value}: ${ms}`, () => assert.equal(retryAfterMs(value, NOW), ms));

for (const [type, body, reason] of [
  ['application/x-protobuf', '\x12\x03bad', 'HTTP 400: bad'],
  ['application/x-protobuf', 'nonsense', 'HTTP 400'],
  ['application/json; charset=utf-8', '{"code":3,"message":"bad"}', 'HTTP 400: bad'],
  ['application/json', '{"message":', 'HTTP 400'],
  ['text/plain', ' bad\n', 'HTTP 400: bad'],
  ['text/html', '<html>a page</html>', 'HTTP 400'],
] as const)
  test(`${type} ${JSON.stringify(body)} says ${reason}`, () => {
    const refusal = { status: 400, headers: { 'content-type': type }, body: Buffer.from(body) };
    assert.deepEqual(resultOfRefusal(refusal), { kind: 'permanent', cause: 'http_400', reason });
  });
