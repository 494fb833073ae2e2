import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStored, type StoredRecord } from './otlp_json.ts';
import { findContainerd, RealContainerd } from './peers/containerd.ts';
import { IMAGE } from './peers/containerd_image.ts';
import { RuntimeService } from './peers/cri/generated/cri_pb.ts';
import { stop, until } from './peers/process.ts';
import { startSigel } from './sigel.ts';

// The whole way: a real containerd, the service with extension and receiver, OTLP in a file.

const peer = await findContainerd();
const skip = peer.kind === 'missing' ? peer.reason : false;

test('what happens in a real containerd becomes records of the right pod', { skip }, async (t) => {
  const containerd = await RealContainerd.start(['k8s.io', 'default']);
  t.after(() => containerd.dispose());
  await containerd.ctr('default', 'run', '-d', '--snapshotter', 'native', IMAGE, 'early');
  const out = join(containerd.folder, 'records.jsonl');
  const config = join(containerd.folder, 'sigel.yaml');
  writeFileSync(config, configOf(containerd.socket, out));
  const running = startSigel(['--config', config], { ledger: true });
  t.after(() => stop(running.child));
  let connected = 0;
  running.child.stderr?.on('data', (text: string) => {
    connected += text.split('connected to containerd').length - 1;
  });
  const tell = async (id: string): Promise<StoredRecord[]> => {
    const records: StoredRecord[] = [];
    if (existsSync(out)) for await (const record of readStored(out)) records.push(record);
    return records.filter(({ resource }) => resource['container.id'] === id);
  };
  const names = async (id: string) => (await tell(id)).map(({ eventName }) => eventName);
  await until('what was there is told', async () => (await names('early')).length >= 2);

  const pod = await containerd.pod('web-1', 'uid-1', { app: 'web' });
  const id = await containerd.container(pod, 'web', 0);
  await containerd.cri(RuntimeService.method.execSync, { containerId: id, cmd: ['/main', 'exit', '3'] });
  await until('the exec is told', async () => (await names(id)).includes('container.exec.exit'));
  await containerd.kill();
  await containerd.restart();
  // What comes and goes before that is known from no list.
  await until('the client is there again', () => connected === 2);
  const short = await containerd.container(pod, 'short', 0, ['exit', '9']);
  await until('the short one is told', async () => (await names(short)).includes('container.exit'));

  await stop(running.child);
  const run = await running.ended;
  assert.equal(run.code, 0, run.stderr);
  assert.ok(run.ledger?.balanced);
  assert.deepEqual(await names('early'), ['container.create', 'container.start']);
  const web = await tell(id);
  assert.deepEqual(
    web.map(({ eventName }) => eventName),
    ['container.create', 'container.start', 'container.exec', 'container.exec.exit'],
  );
  assert.equal(web[3]?.attributes['process.exit.code'], 3);
  for (const { resource } of [...web, ...(await tell(short))]) {
    assert.equal(resource['k8s.pod.uid'], 'uid-1');
    assert.equal(resource['k8s.pod.label.app'], 'web');
  }
  assert.equal((await tell(short)).at(-1)?.attributes['process.exit.code'], 9);
});

function configOf(socket: string, out: string): string {
  return `extensions:
  containerd:
    endpoint: unix://${socket}
    namespaces: ['*']
    reconcile_interval: 1s
    retry_initial_interval: 50ms
    retry_max_interval: 500ms
receivers:
  containerd: { include_existing: true }
exporters:
  file: { path: ${JSON.stringify(out)}, flush_interval: 100ms }
service:
  extensions: [containerd]
  pipelines:
    logs:
      receivers: [containerd]
      exporters: [file]
`;
}
