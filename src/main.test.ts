import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// The process itself: streams, signals, exit codes. What commands do is tested without a process.

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../config/demo/shop_attack.etl.gz', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigel-main-'));
after(() => rmSync(folder, { recursive: true }));

/** More output than a pipe holds. */
const MANY = Array.from({ length: 10 }, () => DEMO);

/** The demo to a peer that is away: runs until it is stopped. */
const ENDLESS = [
  '--config',
  `yaml:${JSON.stringify({
    receivers: { etl: { include: [DEMO] } },
    exporters: { otlp_grpc: { endpoint: '127.0.0.1:1', tls: { insecure: true } } },
    service: { pipelines: { logs: { receivers: ['etl'], exporters: ['otlp_grpc'] } } },
  })}`,
];

function sigel(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const said = async (what: string) => {
    while (!texts.err.includes(what)) await Promise.race([once(child.stderr, 'data'), exited()]);
  };
  const ended = once(child, 'close');
  const exited = async () => {
    await ended;
    throw new Error(`sigel ended: ${texts.err}`);
  };
  return { child, texts, said, ended };
}

test('data goes to stdout, and the exit code is the command’s', async () => {
  const { ended, texts } = sigel('--version');
  assert.deepEqual(await ended, [0, null]);
  assert.match(texts.out, /^sigel \d+\.\d+\.\d+\n$/);
  const wrong = sigel('frobnicate');
  assert.deepEqual(await wrong.ended, [2, null]);
  assert.match(wrong.texts.err, /unknown command "frobnicate"/);
});

test('`--version` loads neither the schema library nor gRPC', async () => {
  const child = spawn(process.execPath, ['--experimental-loader', LIST_MODULES, MAIN, '--version']);
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.match(err, /^module .*\/src\/version\.ts$/m);
  assert.doesNotMatch(err, /^module .*\/node_modules\//m);
});

/** Says every module that is loaded on stderr. */
const LIST_MODULES = `data:text/javascript,${encodeURIComponent(`
import { writeSync } from 'node:fs';
export const load = (url, context, next) => (writeSync(2, 'module ' + url + '\\n'), next(url, context));
`)}`;

test('a reader that goes away ends it quietly', async () => {
  const { child, ended, texts } = sigel('inspect', '--events', ...MANY);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  assert.deepEqual(await ended, [0, null]);
  assert.equal(texts.err, '');
});

test('SIGTERM stops a service in order: what is under way has its time, then is dropped and counted', async () => {
  const { child, ended, said, texts } = sigel(...ENDLESS, '--set', 'service::drain_timeout=100ms');
  await said('delivery fails');
  child.kill('SIGTERM');
  // What was not delivered makes the exit code.
  assert.deepEqual(await ended, [1, null]);
  assert.match(texts.err, /asked to stop/);
  assert.match(
    texts.err,
    /records could not be delivered before the end component="receiver etl" cause=shutdown/,
  );
});

for (const [first, second, code] of [
  ['SIGINT', 'SIGINT', 130],
  ['SIGINT', 'SIGTERM', 143],
] as const) {
  test(`${first}, then ${second}: ended at once with ${code}`, async () => {
    const { child, ended, said } = sigel(...ENDLESS);
    await said('delivery fails');
    child.kill(first);
    await said('asked to stop');
    child.kill(second);
    assert.deepEqual(await ended, [code, null]);
  });
}

test('a component that cannot work ends the service with 1', async () => {
  const { ended, texts } = sigel(
    ...ENDLESS,
    '--set',
    'exporters::otlp_grpc::tls={insecure: false, ca_file: /nowhere/ca.pem}',
  );
  assert.deepEqual(await ended, [1, null]);
  assert.match(texts.err, /exporter otlp_grpc cannot start: .*\/nowhere\/ca\.pem/);
});
