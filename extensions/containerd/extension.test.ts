import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import type { JobAnswer } from '../../src/containerd/job_queries.ts';
import { containerSourceOf } from '../../src/containerd/source.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { FakeContainerd } from '../../test/support/fake_containerd.ts';
import { containerdConfig } from './config.ts';
import { ContainerdExtension, type LoadJobs } from './extension.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-containerd-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function extensionOf(
  config: Readonly<Record<string, unknown>>,
  loadJobs?: LoadJobs,
  account = new Account('containerd', 'extension'),
): ContainerdExtension {
  const context = {
    id: 'containerd',
    logger: SILENT,
    account,
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  return new ContainerdExtension(context, containerdConfig.parse(config), loadJobs);
}

test('it is started with the lists read, and others find it by its id', async () => {
  const path = join(folder, 'a.sock');
  const fake = new FakeContainerd(path);
  await fake.start();
  fake.create('k8s.io', { id: 'web' });
  fake.startTask('k8s.io', 'web', 42);
  const account = new Account('containerd', 'extension');
  account.status.enter('ok');
  const extension = extensionOf({ endpoint: `unix://${path}` }, undefined, account);
  try {
    await extension.start();
    const host = { extension: () => extension, finished: () => {}, fatal: () => {} };
    const source = containerSourceOf(host, 'containerd');
    assert.equal(source.state.kind, 'synced');
    assert.equal(source.containers.byPid(42)[0]?.container.id, 'web');
    assert.equal(account.status.now().kind, 'ok');
    const [[row] = []] = account.status.shown('containers');
    assert.deepEqual(row && [row.name, row.state, row.methods], ['k8s.io/web', 'running', []]);
  } finally {
    await extension.shutdown();
    fake.kill();
  }
});

test('the job of what it lists first is asked for, and told like what containerd says', async () => {
  const path = join(folder, 'jobs.sock');
  const fake = new FakeContainerd(path);
  await fake.start();
  fake.create('k8s.io', { id: 'web' });
  fake.startTask('k8s.io', 'web', 42);
  const job = { siloId: undefined, jobId: 9, session: 6, pids: [42] };
  const query = (): JobAnswer => ({ kind: 'facts', job, lacks: [] });
  const extension = extensionOf({ endpoint: `unix://${path}` }, async () => ({ query }));
  const told = new Promise((resolve) =>
    extension.source.subscribe((change) => change.kind === 'job' && resolve(change.container.job)),
  );
  try {
    await extension.start();
    assert.deepEqual(await told, job);
  } finally {
    await extension.shutdown();
    fake.kill();
  }
});

test('containerd is absent: it is started all the same', async () => {
  const account = new Account('containerd', 'extension');
  account.status.enter('ok');
  const extension = extensionOf({ endpoint: `unix://${join(folder, 'none.sock')}` }, undefined, account);
  await extension.start();
  assert.equal(extension.source.state.kind, 'lost');
  const { kind, reasons } = account.status.now();
  assert.equal(kind, 'recoverable_error');
  assert.match(reasons[0] ?? '', /^containerd is away: /);
  await extension.shutdown();
});

test('an endpoint that is none is refused with the forms that are', () => {
  const parsed = containerdConfig.safeParse({ endpoint: '127.0.0.1:1234' });
  assert.match(parsed.error?.issues[0]?.message ?? '', /npipe/);
});
