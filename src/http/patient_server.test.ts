import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extensionContext, serviceView } from '../../test/support/service_view.ts';
import { openServer } from './bounded_server.ts';
import { PatientServer } from './patient_server.ts';

test('an address that is taken is told, and had when it is free', async () => {
  const options = {
    host: '127.0.0.1',
    maxConnections: 4,
    handle: (_path: string, _request: unknown, response: { end: (text: string) => void }) =>
      response.end('mine'),
  };
  const squatter = await openServer({ ...options, port: 0 });
  const context = extensionContext('zpages', serviceView());
  context.account.status.enter('ok');
  const port = Number(new URL(squatter.url).port);
  const server = new PatientServer(context, { ...options, port, what: 'the page', retryMs: 5 });
  await server.open();
  assert.equal(server.url, undefined);
  const { kind, reasons } = context.account.status.now();
  assert.equal(kind, 'recoverable_error');
  assert.match(reasons[0] ?? '', /^the page is not served: .*EADDRINUSE/);
  squatter.close();
  while (server.url === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await (await fetch(server.url)).text(), 'mine');
  assert.equal(context.account.status.now().kind, 'ok');
  server.close();
  await assert.rejects(fetch(squatter.url));
});
