import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scenario } from '../scenario/scenario.ts';
import { recordsOf } from './otlp_json.ts';
import { findContainerd, RealContainerd } from './peers/containerd.ts';
import { RuntimeService } from './peers/cri/generated/cri_pb.ts';
import { stop, until } from './peers/process.ts';
import { sigel, startSigel } from './sigel.ts';

// A journal of a real containerd, and a trace with the pids of its containers: a replay attributes one with the other.

const peer = await findContainerd();
const skip = peer.kind === 'missing' ? peer.reason : false;

test('a trace and the journal of a real containerd', { skip }, async (t) => {
  const containerd = await RealContainerd.start(['k8s.io']);
  t.after(() => containerd.dispose());
  const pod = await containerd.pod('web-1', 'uid-1', { app: 'web' });
  const web = await containerd.container(pod, 'web', 0);
  const journal = join(containerd.folder, 'node.containers.ndjson');
  const text = (): string => (existsSync(journal) ? readFileSync(journal, 'utf8') : '');
  const running = startSigel([
    'containers',
    '--endpoint',
    `unix://${containerd.socket}`,
    '--journal',
    journal,
  ]);
  t.after(() => stop(running.child));
  await until('the lists are written', () => text().includes('"kind":"synced"'));
  const began = Date.now();
  const job = await containerd.container(pod, 'job', 2);
  await containerd.cri(RuntimeService.method.execSync, { containerId: web, cmd: ['/main', 'exit', '3'] });
  await until('all of it is written', () => /"kind":"exit".*"exit_code":3/.test(text()));
  const pids = { web: await containerd.pidOf('k8s.io', web), job: await containerd.pidOf('k8s.io', job) };
  await stop(running.child);
  await running.ended;

  const listed = await sigel(['containers', '--endpoint', `unix://${containerd.socket}`]);
  assert.match(
    listed.stdout,
    new RegExp(`shop/web-1 +job +sigel\\.test/main:1 +process +${pids.job} +running`),
  );

  const story = scenario({ start: new Date(began - 100).toISOString() });
  const services = story.process('C:\\Windows\\System32\\services.exe');
  const [first, second] = [story.container(), story.container()];
  const shop = story.process({ commandLine: 'C:\\app\\shop.exe', in: first, pid: pids.web });
  const work = services.starts({ commandLine: 'C:\\app\\work.exe', in: second, pid: pids.job });
  story.after('10s');
  shop.starts('C:\\Windows\\System32\\cmd.exe /c whoami');
  work.exits(0);
  services.starts('C:\\Windows\\System32\\svchost.exe');
  const trace = join(containerd.folder, 'node.etl');
  writeFileSync(trace, story.trace());
  const run = await sigel(['replay', trace, '--format', 'json'], { ledger: true });
  assert.equal(run.code, 0, run.stderr);
  assert.ok(run.ledger?.balanced);

  const found = new Map<unknown, unknown>();
  const lines = run.stdout.trim().split('\n');
  const records = lines.flatMap((line) => Array.from(recordsOf(JSON.parse(line) as object)));
  for (const { eventName, attributes, resource } of records)
    if (eventName === 'process.start' || eventName === 'process.rundown')
      found.set(attributes['process.executable.name'], [
        resource['k8s.pod.uid'],
        resource['k8s.container.name'],
        resource['k8s.container.restart_count'],
        resource['container.id'],
      ]);
  assert.deepEqual(found.get('shop.exe'), ['uid-1', 'web', 0, web]);
  assert.deepEqual(found.get('cmd.exe'), ['uid-1', 'web', 0, web]);
  assert.deepEqual(found.get('work.exe'), ['uid-1', 'job', 2, job]);
  assert.deepEqual(found.get('svchost.exe'), [undefined, undefined, undefined, undefined]);
});
