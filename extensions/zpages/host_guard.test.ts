import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnRequest } from './host_guard.ts';

const cases: readonly [host: string | undefined, site: string | undefined, own: boolean][] = [
  ['127.0.0.1:13135', 'none', true],
  ['localhost:13135', 'same-origin', true],
  ['LOCALHOST', undefined, true],
  ['[::1]:13135', undefined, true],
  ['[::1]', undefined, true],
  ['10.0.0.7:13135', undefined, true],
  ['node-1.example:13135', undefined, true],
  ['evil.example:13135', undefined, false],
  ['localhost.evil.example', undefined, false],
  ['127.0.0.1.evil.example:13135', undefined, false],
  ['[::1].evil.example:1', undefined, false],
  ['[', undefined, false],
  ['', undefined, false],
  [undefined, undefined, false],
  ['127.0.0.1:13135', 'cross-site', false],
  ['127.0.0.1:13135', 'same-site', false],
];
for (const [host, site, own] of cases) {
  test(`Host ${host}, from ${site}: ${own}`, () => {
    const headers = { host, ...(site === undefined ? {} : { 'sec-fetch-site': site }) };
    assert.equal(isOwnRequest(headers, ['Node-1.example']), own);
  });
}
