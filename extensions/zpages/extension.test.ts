import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, describe, test } from 'node:test';
import type { ComponentView } from '../../src/status/service_view.ts';
import { componentView, extensionContext, serviceView } from '../../test/support/service_view.ts';
import { zpagesConfig } from './config.ts';
import { StatusPage } from './extension.ts';

const running: StatusPage[] = [];
after(() => Promise.all(running.map((page) => page.shutdown())));

async function serve(components: readonly ComponentView[] = []): Promise<{ url: string; page: StatusPage }> {
  const pipeline = { id: 'logs', receivers: ['etw'], processors: ['signature'], exporters: ['otlp_grpc'] };
  const service = serviceView(
    components,
    [pipeline],
    'exporters:\n  otlp_grpc:\n    headers:\n      a: "[REDACTED]"\n',
  );
  const page = new StatusPage(
    extensionContext('zpages', service),
    zpagesConfig.parse({ endpoint: '127.0.0.1:0', allowed_hosts: ['node-1.example'] }),
  );
  running.push(page);
  await page.start();
  return { url: page.url ?? assert.fail('it does not listen'), page };
}

/** What a component shows in a test, and what of it must stand in the page. */
const panels: readonly [title: string, show: () => ComponentView, expected: readonly RegExp[]][] = [
  [
    'what flows, waits and is lost',
    () => {
      const view = componentView('receiver', 'etw');
      view.account.read = 12_345;
      view.account.lose('ring', 7);
      return view;
    },
    [/<h4>etw<\/h4>/, /<dt>read<\/dt><dd>12,345</, /class="bad"><dt>lost<\/dt><dd>7</],
  ],
  [
    'back-pressure',
    () => {
      const view = componentView('exporter', 'otlp_grpc');
      view.account.status.show('queue', () => ({ used: 90, size: 100, sizer: 'requests', onDisk: true }));
      return view;
    },
    [/<meter[^>]*max="100"[^>]*value="90"/, /queue on disk: 90 of 100 requests/],
  ],
  [
    'who is not well',
    () => {
      const view = componentView('exporter', 'otlp_grpc');
      view.account.status.watch(() => 'the peer <is> away');
      return view;
    },
    [/Not well/, /recoverable error/, /the peer &lt;is&gt; away/],
  ],
  [
    'live sessions',
    () => {
      const view = componentView('receiver', 'etw');
      view.account.sessions.set('Sigel-Kernel', () => ({ buffersDelivered: 10, eventsLost: 3 }));
      return view;
    },
    [/<th scope="row">Sigel-Kernel<\/th>/, /<td class="number bad">3<\/td>/],
  ],
  [
    'detections with their processes',
    () => {
      const view = componentView('processor', 'signature', 'logs');
      view.account.status.show('detections', () => [
        {
          id: 'ab12',
          time: Date.UTC(2026, 2, 2, 9, 15, 4),
          level: 'high',
          title: 'Shell started by a server process',
          ruleId: 'rule-1',
          event: 'process.start',
          container: 'shop/web-1/web',
          tree: [
            { name: 'w3wp.exe', pid: 1, commandLine: undefined },
            { name: 'cmd.exe', pid: 2, commandLine: 'cmd /c "<img src=x onerror=alert(1)>"' },
          ],
        },
      ]);
      return view;
    },
    [
      /<li id="d-ab12">/,
      /level-high/,
      /2026-03-02 09:15:04/,
      /shop\/web-1\/web/,
      /w3wp\.exe.*<ul class="tree"><li><bdi>cmd\.exe/,
      /&lt;img src=x onerror=alert\(1\)&gt;/,
    ],
  ],
  [
    'containers, by whoever knows more of them',
    () => {
      const view = componentView('processor', 'container_attribution', 'logs');
      const row = { id: '1', name: 'shop/web-1/web', image: 'web:1', isolation: 'process' } as const;
      view.account.status.show('containers', () => [{ ...row, state: 'running', methods: [] }]);
      view.account.status.show('containers', () => [{ ...row, state: 'running', methods: ['pid'] }]);
      return view;
    },
    [/<code>pid<\/code>/],
  ],
  [
    'rules, the busiest first',
    () => {
      const view = componentView('processor', 'signature', 'logs');
      const row = { level: 'high', errors: 0, evaluations: 9, time: 0.5 } as const;
      view.account.status.show('rules', () => [
        { ...row, id: 'a', title: 'Calm', matches: 0, evaluations: 0 },
        { ...row, id: 'b', title: 'Slow', matches: 0 },
        { ...row, id: 'c', title: 'Busy', matches: 4 },
      ]);
      return view;
    },
    [/3 rules, 2 were tried/, /Busy.*Slow/, /500 ms/],
  ],
  [
    'storage and schemas',
    () => {
      const view = componentView('extension', 'file_storage');
      view.account.status.show('stores', () => [
        { name: 'exporter_x', used: 1024, file: 2048, max: 4096, refused: 2 },
      ]);
      view.account.status.show('schemas', () => ({ providers: 11, schemas: 52 }));
      return view;
    },
    [/exporter_x.*1\.0 KiB.*2\.0 KiB.*4\.0 KiB.*bad">2</, /11<\/td><td class="number">52</],
  ],
];

describe('the page shows', () => {
  for (const [title, show, expected] of panels) {
    test(title, async () => {
      const { url } = await serve([show()]);
      const text = await (await fetch(url)).text();
      for (const part of expected) assert.match(text, part);
    });
  }

  test('the configuration', async () => {
    const { url } = await serve();
    assert.match(await (await fetch(url)).text(), /a: &quot;\[REDACTED\]&quot;/);
  });

  test('nothing of what is not there', async () => {
    const { url } = await serve();
    const text = await (await fetch(url)).text();
    assert.match(text, /<section id="sessions"><\/section>/);
    assert.match(text, /<section id="health"><\/section>/);
  });
});

test('every answer says what may run, and that nobody may keep or frame it', async () => {
  const { url } = await serve();
  for (const path of ['/', '/style.css', '/client.js', '/none']) {
    const response = await fetch(url + path);
    await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; /);
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('cache-control'), 'no-store');
  }
});

const requests: readonly [path: string, method: string, headers: Record<string, string>, status: number][] = [
  ['/', 'GET', {}, 200],
  ['/?a=b', 'HEAD', {}, 200],
  ['/', 'GET', { host: 'node-1.example:1' }, 200],
  ['/', 'GET', { host: 'evil.example' }, 403],
  ['/events', 'GET', { host: 'evil.example' }, 403],
  ['/events', 'GET', { 'sec-fetch-site': 'cross-site' }, 403],
  ['/events', 'HEAD', {}, 404],
  ['/style.css', 'GET', {}, 200],
  ['/assets/style.css', 'GET', {}, 404],
  ['/../config.ts', 'GET', {}, 404],
  ['/', 'POST', {}, 405],
  ['/', 'DELETE', {}, 405],
];
for (const [path, method, headers, status] of requests) {
  test(`${method} ${path} ${JSON.stringify(headers)}: ${status}`, async () => {
    const { url } = await serve();
    assert.equal(await statusOf(url, path, method, headers), status);
  });
}

/** By node:http: `fetch` sets these headers itself, and tidies paths. */
function statusOf(
  url: string,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A message of a stream. */
interface Message {
  readonly id: string;
  readonly html: string;
}

/** Reads a stream of events until one is as wanted. */
async function until(stream: ReadableStream, wanted: (message: Message) => boolean): Promise<void> {
  let text = '';
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const line of messages) {
      if (!line.startsWith('data: ')) continue;
      const message: Message = JSON.parse(line.slice(6));
      if (wanted(message)) return;
    }
  }
  assert.fail('the stream ended before');
}

test('what changes comes by itself', async () => {
  const receiver = componentView('receiver', 'etw');
  const { url } = await serve([receiver]);
  const { body, headers } = await fetch(`${url}/events`);
  assert.equal(headers.get('content-type'), 'text/event-stream');
  assert.ok(body !== null);
  receiver.account.read = 777;
  const growing = setInterval(() => (receiver.account.read += 100), 100);
  await until(body, ({ id, html }) => id === 'pipelines' && /<b>[1-9]/.test(html) && html.includes('>logs<'));
  clearInterval(growing);
});

test('only so many pages are live, and an end makes room', async () => {
  const { url } = await serve();
  const open = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/events`)));
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]));
  const ninth = await fetch(`${url}/events`);
  assert.equal(ninth.status, 503);
  await ninth.text();
  await open[0]?.body?.cancel();
  let status: number;
  do {
    const next = await fetch(`${url}/events`);
    ({ status } = next);
    await next.body?.cancel();
  } while (status !== 200);
});

test('shutdown ends the pages that are live', async () => {
  const { url, page } = await serve();
  const { body } = await fetch(`${url}/events`);
  await page.shutdown();
  await body?.pipeTo(new WritableStream()).catch(() => {});
  await assert.rejects(fetch(url));
});
