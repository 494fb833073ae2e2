import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scenario } from '../../test/scenario/scenario.ts';
import { runCli, TestIo } from '../../test/support/cli_io.ts';
import { FakeContainerd, kubernetesLabels } from '../../test/support/fake_containerd.ts';
import { dispatch } from './dispatch.ts';

// containerd's containers as a person sees them, and as a journal that a replay uses in its place.

const folder = mkdtempSync(join(tmpdir(), 'sigel-containers-'));
const fake = new FakeContainerd(join(folder, 'c.sock'));
const endpoint = `unix://${fake.path}`;

before(async () => {
  await fake.start();
  fake.create('k8s.io', { id: 'f00d5a0d0b0c', labels: kubernetesLabels('web-1') });
  fake.create('k8s.io', {
    id: 'beef',
    image: 'registry.example/shop/web:2',
    labels: kubernetesLabels('web-1', 'web'),
  });
  fake.startTask('k8s.io', 'f00d5a0d0b0c', 4990);
  fake.startTask('k8s.io', 'beef', 5000);
  fake.create('moby', { id: 'alone' });
});
after(() => {
  fake.kill();
  rmSync(folder, { recursive: true });
});

test('the containers as a table, the sandbox of a pod first', async () => {
  const { code, stdout, stderr } = await runCli(['containers', '--endpoint', endpoint]);
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    `NAMESPACE  ID            POD         NAME       IMAGE                        ISOLATION  PID   STATE
k8s.io     f00d5a0d0b0c  shop/web-1  (sandbox)  -                            process    4990  running
k8s.io     beef          shop/web-1  web        registry.example/shop/web:2  process    5000  running
moby       alone         -           -          -                            process    -     no task
`,
  );
});

test('the containers of one namespace, as JSON lines', async () => {
  const { stdout } = await runCli(['containers', '--endpoint', endpoint, '--namespace', 'moby', '--json']);
  assert.deepEqual(JSON.parse(stdout), {
    namespace: 'moby',
    id: 'alone',
    kind: 'container',
    isolation: 'process',
    state: 'no task',
  });
});

for (const args of [[], ['--journal', join(folder, 'none.ndjson')]]) {
  test(`no containerd: it says so${args.length === 0 ? '' : ', and leaves no journal'}`, async () => {
    const { code, stderr } = await runCli(['containers', '--endpoint', `unix://${folder}/x.sock`, ...args]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^sigel containers: containerd cannot be reached: unix:\/\/.*x\.sock: nobody answers there\n$/,
    );
    assert.ok(!existsSync(join(folder, 'none.ndjson')));
  });
}

test('a journal that cannot be made', async () => {
  const { code, stderr } = await runCli(['containers', '--endpoint', endpoint, '--journal', folder]);
  assert.equal(code, 1);
  assert.match(stderr, /EISDIR/);
});

for (const [args, says] of [
  [['x'], /unexpected argument "x"/],
  [['--duration', '5s'], /--duration goes with --journal/],
  [['--journal', 'x', '--json'], /--journal is JSON lines already/],
  [['--journal', 'x', '--duration', '5'], /--duration takes a time such as 30s/],
  [['--endpoint', 'localhost:1'], /--endpoint: .*npipe/],
  [['--namespace', 'a b'], /--namespace takes the name of a namespace/],
] as const) {
  test(`wrong usage: ${args.join(' ')}`, async () => {
    const { code, stderr } = await runCli(['containers', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });
}

/** Writes a journal while something happens. */
async function journalOf(path: string, happens: () => Promise<void>): Promise<void> {
  const io = new TestIo();
  const running = dispatch(['containers', '--endpoint', endpoint, '--journal', path], io);
  await told(path, '"synced"');
  await happens();
  io.interrupt();
  assert.equal(await running, 0, io.err());
  assert.equal(io.out(), `${path}\n`);
}

async function told(path: string, text: string): Promise<void> {
  while (!existsSync(path) || !readFileSync(path, 'utf8').includes(text)) await sleep(5);
}

test('a trace and its journal: a replay names pod and container', async () => {
  const journal = join(folder, 'node.containers.ndjson');
  let began = 0;
  await journalOf(journal, async () => {
    began = Date.now();
    fake.create('k8s.io', { id: 'cafe', labels: kubernetesLabels('web-1', 'job') });
    fake.startTask('k8s.io', 'cafe', 5100);
    await told(journal, '"pid":5100');
  });
  if (process.platform !== 'win32') assert.equal(statSync(journal).mode & 0o777, 0o600);

  const story = scenario({ start: new Date(began - 200).toISOString() });
  const [web, job] = [story.container(), story.container()];
  const services = story.process('C:\\Windows\\System32\\services.exe');
  const shop = story.process({ commandLine: 'C:\\app\\shop.exe', in: web, pid: 5000 });
  const work = services.starts({ commandLine: 'C:\\app\\work.exe', in: job, pid: 5100 });
  story.after('1s');
  shop.starts('C:\\Windows\\System32\\cmd.exe /c whoami');
  work.exits(0);
  services.starts('C:\\Windows\\System32\\svchost.exe');
  story.after('3s');
  services.starts('C:\\Windows\\System32\\taskhostw.exe');
  const trace = join(folder, 'node.sigel-events-record.etl');
  writeFileSync(trace, story.trace());

  const named = await runCli(['replay', trace, '--containers', journal]);
  assert.equal(named.code, 0, named.stderr);
  for (const wanted of [
    /process\.start .* web-1\/job +.*work\.exe/,
    /process\.start .* web-1\/web +.*cmd\.exe/,
    /process\.exit +work\.exe .* web-1\/job/,
    /process\.start +services\.exe \(\d+\) {10,}C:\\Windows\\System32\\svchost\.exe/,
  ])
    assert.match(named.stdout, wanted);
  assert.match(named.stderr, /processor container_attribution \(logs\) +in (\d+) = emitted \1\n/);

  const beside = await runCli(['replay', trace]);
  assert.equal(beside.stdout, named.stdout);
  assert.match(beside.stderr, /containers are those of .*node\.containers\.ndjson/);

  const without = await runCli(['replay', trace, '--containers', 'no']);
  assert.doesNotMatch(without.stdout, /web-1/);
});

test('a replay with a journal that is not there, or none', async () => {
  const trace = join(folder, 'a.etl');
  writeFileSync(trace, scenario().trace());
  const missing = await runCli(['replay', trace, '--containers', join(folder, 'b.ndjson')]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /the journal .*b\.ndjson cannot be read: no such file/);
  const wrong = await runCli(['replay', trace, '--containers', trace]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /first line is not that of a journal/);
});

test('journal and containerd together: a config error that says where', async () => {
  const config = join(folder, 'sigel.yaml');
  writeFileSync(
    config,
    `receivers: { etl: { include: [x] } }
processors:
  container_attribution:
    containerd: containerd
    journal: node.containers.ndjson
exporters: { debug: {} }
service: { pipelines: { logs: { receivers: [etl], processors: [container_attribution], exporters: [debug] } } }
`,
  );
  const { code, stderr } = await runCli(['validate', '--config', config]);
  assert.equal(code, 2);
  assert.match(stderr, /sigel\.yaml:5:14/);
  assert.match(stderr, /containerd and journal exclude each other/);
});
