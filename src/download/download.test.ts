import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createCertificates } from '../../test/support/certificates.ts';
import { serve } from '../../test/support/http_answers.ts';
import { download, isSafeLocation } from './download.ts';

const here = await serve(({ url = '', headers }, response) => {
  const to = (location: string) => response.writeHead(302, { location }).end();
  if (url === '/moved') to('/text');
  else if (url === '/around') to('/around');
  else if (url === '/away') to('http://192.0.2.1/text');
  else if (url === '/missing') response.writeHead(404).end('not here');
  else if (url === '/cut')
    response.writeHead(200, { 'content-length': 100 }).write('a', () => response.destroy());
  else if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
  else response.writeHead(200, { etag: '"1"' }).end('some text');
});
const signal = new AbortController().signal;

const cases: readonly [path: string, maxBytes: number, etag: string | undefined, outcome: string | RegExp][] =
  [
    ['/text', 9, undefined, 'some text'],
    ['/text', 9, '"0"', 'some text'],
    ['/text', 9, '"1"', 'unchanged'],
    ['/moved', 9, undefined, 'some text'],
    ['/text', 8, undefined, /^failed: it has more than 8 bytes$/],
    ['/missing', 9, undefined, /^failed: it answers with status 404$/],
    ['/around', 9, undefined, /^failed: more than 5 redirects$/],
    ['/away', 9, undefined, /^failed: it leads to a location without HTTPS$/],
    ['/cut', 200, undefined, /^failed: /],
  ];
for (const [path, maxBytes, etag, outcome] of cases) {
  test(`${path}, at most ${maxBytes} bytes, having ${etag}`, async () => {
    const got = await download(here + path, { maxBytes, etag, signal });
    const text =
      got.kind === 'new' ? got.bytes.toString() : got.kind === 'failed' ? `failed: ${got.reason}` : got.kind;
    if (typeof outcome === 'string') assert.equal(text, outcome);
    else assert.match(text, outcome);
  });
}

const certificates = createCertificates();
after(() => certificates?.remove());

test('a server whose certificate nobody vouches for is not believed', {
  skip: certificates === undefined && 'there is no openssl',
}, async () => {
  const { cert = '', key = '' } = certificates ?? {};
  const server = createServer({ cert, key }, (_, response) => response.end('some text'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const got = await download(`https://127.0.0.1:${port}/text`, { maxBytes: 9, signal });
  server.close();
  assert.match(got.kind === 'failed' ? got.reason : got.kind, /certificate/);
});

test('who ends it is told so', async () => {
  const got = await download(`${here}/text`, { maxBytes: 9, signal: AbortSignal.abort() });
  assert.equal(got.kind, 'failed');
});

for (const [location, isSafe] of [
  ['https://example.org/list', true],
  ['http://127.0.0.1:8080/list', true],
  ['http://[::1]/list', true],
  ['http://localhost/list', true],
  ['http://example.org/list', false],
  ['http://127.0.0.1.example.org/list', false],
  ['https://user:word@example.org/list', false],
  ['file:///etc/passwd', false],
  ['list', false],
] as const) {
  test(`${location} is ${isSafe ? '' : 'not '}asked`, () => assert.equal(isSafeLocation(location), isSafe));
}
