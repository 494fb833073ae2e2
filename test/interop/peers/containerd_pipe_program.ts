import { setTimeout as sleep } from 'node:timers/promises';
import { parseEndpoint } from '../../../src/containerd/endpoint.ts';
import type { Change } from '../../../src/containerd/facts.ts';
import { Watcher } from '../../../src/containerd/watcher.ts';
import { SILENT } from '../../../src/telemetry/logger.ts';
import { FakeContainerd, kubernetesLabels } from '../../support/fake_containerd.ts';

// Run by node.exe: the watcher and a stand-in for containerd on a named pipe, which goes and comes back.
const NAME = 'sigel-containerd-test';
const parsed = parseEndpoint(`npipe:////./pipe/${NAME}`);
if (parsed.kind === 'wrong') throw new Error(parsed.reason);
const fake = new FakeContainerd(`\\\\.\\pipe\\${NAME}`);
const watcher = new Watcher(
  {
    endpoints: [parsed.endpoint],
    namespaces: ['k8s.io'],
    isWanted: (name) => name === 'k8s.io',
    isKubelets: (name) => name === 'k8s.io',
    connectTimeoutMs: 3_000,
    requestTimeoutMs: 5_000,
    reconcileMs: 60_000,
    retry: { initialMs: 100, maxMs: 500 },
    maxContainers: 100,
    keepDeletedMs: 60_000,
  },
  SILENT,
);
const said: string[] = [];
watcher.subscribe((change) => said.push(inWords(change)));

function inWords(change: Change): string {
  if (change.kind === 'synced' || change.kind === 'lost') return change.kind;
  return `${change.kind} ${change.container.id}`;
}

async function until(line: string, count = 1): Promise<void> {
  for (let i = 0; i < 1000 && said.filter((one) => one === line).length < count; i++) await sleep(20);
}

await watcher.start();
const absent = watcher.state.kind;
await fake.start();
await until('synced');
// The subscription may begin after the list.
for (let i = 0; i < 500 && fake.subscribers === 0; i++) await sleep(20);
fake.create('k8s.io', {
  id: 'web',
  labels: kubernetesLabels('web-1', 'web'),
  runtime: { name: 'io.containerd.runc.v2' },
});
fake.startTask('k8s.io', 'web', 4242);
await until('start web');
fake.kill();
await until('lost');
fake.delete('k8s.io', 'web');
await fake.start();
await until('synced', 2);
const [claim] = watcher.containers.byPid(4242);
await watcher.stop();
fake.kill();
process.stdout.write(JSON.stringify({ absent, said, pod: claim?.container.details.kubernetes?.podName }));
