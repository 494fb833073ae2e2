import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, linkSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { dispatch } from '../../src/cli/dispatch.ts';
import type { ExtensionContext } from '../../src/component.ts';
import type { ServiceControl } from '../../src/pipeline/control.ts';
import { TestIo } from '../../test/support/cli_io.ts';
import { componentView, extensionContext, serviceView } from '../../test/support/service_view.ts';
import { Control } from './extension.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sigel-control-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** An extension that listens in a folder of its own, of a service with one exporter. */
async function control(t: TestContext, asked: Partial<ServiceControl> = {}) {
  const endpoint = join(folder(t), 'own', 'control.sock');
  const exporter = componentView('exporter', 'otlp_grpc');
  const context: ExtensionContext = {
    ...extensionContext('control', serviceView([exporter])),
    control: { reload: () => assert.fail('not asked'), drain: () => assert.fail('not asked'), ...asked },
  };
  const extension = new Control(context, { endpoint });
  t.after(() => extension.shutdown());
  await extension.start();
  context.account.status.enter('ok');
  return { extension, endpoint, context, account: exporter.account };
}

async function sigel(...args: readonly string[]): Promise<{ code: number; err: string }> {
  const io = new TestIo();
  const code = await dispatch(args, io);
  return { code, err: io.err() };
}

/** What is answered to bytes that are no question of ours. */
async function answerTo(endpoint: string, text: string): Promise<string> {
  const socket = connect(endpoint);
  socket.write(text);
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

for (const [title, dropped, left, code] of [
  ['all was delivered', 0, 0, 0],
  ['what is on disk is no loss', 0, 7, 0],
  ['what was dropped is', 3, 0, 1],
] as const) {
  test(`sigel drain waits for the end and tells it: ${title}`, async (t) => {
    const asked: (number | undefined)[] = [];
    const { extension, endpoint, account } = await control(t, {
      drain: (within) => {
        asked.push(within);
        account.drop('shutdown', dropped);
        account.queued = left;
        setImmediate(() => void extension.shutdown());
      },
    });
    account.drop('refused', 100);
    const ended = await sigel('drain', '--wait', '10s', '--endpoint', endpoint);
    assert.deepEqual(ended, { code, err: `drained: ${dropped} records dropped, ${left} left on disk\n` });
    assert.deepEqual(asked, [8000]);
  });
}

test('sigel drain tells how it comes along', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { extension, endpoint, account } = await control(t, {
    drain: () => {
      account.queued = 5;
      t.mock.timers.tick(1000);
      account.queued = 0;
      setImmediate(() => void extension.shutdown());
    },
  });
  const { err } = await sigel('drain', '--endpoint', endpoint);
  assert.match(err, /^draining: 5 records under way\ndrained: /);
});

for (const [outcome, code] of [
  ['changed', 0],
  ['unchanged', 0],
  ['refused', 1],
] as const) {
  test(`sigel reload tells what came of it: ${outcome}`, async (t) => {
    const { endpoint } = await control(t, {
      reload: async () => ({ at: 0, outcome, lines: ['a.yaml:1:2: no'] }),
    });
    const ended = await sigel('reload', '--endpoint', endpoint);
    assert.deepEqual(ended, { code, err: `${outcome}\na.yaml:1:2: no\n` });
  });
}

for (const [title, text] of [
  ['no JSON', 'hello\n'],
  ['another question', '{"ask":"exec"}\n'],
  ['a time that is none', '{"ask":"drain","within":-1}\n'],
  ['a line that does not end', 'x'.repeat(70_000)],
] as const) {
  test(`what is not understood is refused, and nothing is done: ${title}`, async (t) => {
    const { endpoint } = await control(t);
    assert.match(await answerTo(endpoint, text), /^\{"answer":"refused","reason":".+"\}\n$/);
  });
}

test('nobody else may enter the folder of the socket', async (t) => {
  const { endpoint } = await control(t);
  assert.equal(statSync(join(endpoint, '..')).mode & 0o777, 0o700);
});

test('a socket that a killed agent has left is taken over, and gone at the end', async (t) => {
  const { extension, endpoint } = await control(t, {
    reload: async () => ({ at: 0, outcome: 'unchanged', lines: [] }),
  });
  await extension.shutdown();
  const killed = createServer().listen(endpoint);
  await once(killed, 'listening');
  // Closing removes the file of its name alone.
  linkSync(endpoint, `${endpoint}.left`);
  killed.close();
  renameSync(`${endpoint}.left`, endpoint);
  const again = new Control(
    {
      ...extensionContext('control', serviceView()),
      control: { reload: async () => ({ at: 0, outcome: 'unchanged', lines: [] }), drain: () => {} },
    },
    { endpoint },
  );
  await again.start();
  assert.equal((await sigel('reload', '--endpoint', endpoint)).code, 0);
  await again.shutdown();
  assert.equal(existsSync(endpoint), false);
});

test('an endpoint that another agent has keeps this one from being asked, not from running', async (t) => {
  const { endpoint } = await control(t);
  const context = extensionContext('control', serviceView());
  const second = new Control(context, { endpoint });
  await second.start();
  context.account.status.enter('ok');
  assert.deepEqual(context.account.status.now().reasons, ['another agent is asked there']);
  await second.shutdown();
});

for (const command of ['drain', 'reload']) {
  test(`sigel ${command}: no agent`, async (t) => {
    const ended = await sigel(command, '--endpoint', join(folder(t), 'none.sock'));
    const err = `sigel ${command}: no agent is there, or its configuration lacks the extension control\n`;
    assert.deepEqual(ended, { code: 1, err });
  });
}

test('sigel drain: a time that is none', async () => {
  const { code, err } = await sigel('drain', '--wait', 'soon');
  assert.equal(code, 2);
  assert.match(err, /^sigel drain: --wait: /);
});
