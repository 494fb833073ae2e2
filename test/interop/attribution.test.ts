import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Container } from '../scenario/container.ts';
import type { Process } from '../scenario/process.ts';
import { AttributedNode } from './attributed_node.ts';
import { type Collector, startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { findContainerd, type Pod, RealContainerd } from './peers/containerd.ts';
import { IMAGE } from './peers/containerd_image.ts';
import { RuntimeService } from './peers/cri/generated/cri_pb.ts';

// The whole way: a real containerd, traces whose processes have the pids that it gave, a real Collector. containerd
// runs Linux containers here; what the trace tells of their processes is what Windows would. The tests are one story.

const containerdPeer = await findContainerd();
const collectorPeer = await ensureCollector();
const skip =
  [containerdPeer, collectorPeer].flatMap((peer) => (peer.kind === 'missing' ? [peer.reason] : []))[0] ??
  false;

const HOST_PROCESS = { 'microsoft.com/hostprocess-container': 'true' };

describe('records are given to the pods of their processes', { skip }, () => {
  let containerd: RealContainerd;
  let collector: Collector;
  let node: AttributedNode;
  let shop: Pod;
  let early: Process;
  let web: { readonly id: string; readonly init: Process };
  let agent: { readonly id: string; readonly init: Process; readonly job: Container };

  before(async () => {
    assert.equal(collectorPeer.kind, 'ready');
    containerd = await RealContainerd.start(['k8s.io', 'default']);
    collector = await startCollector({ path: collectorPeer.path });
    node = new AttributedNode(containerd, collector);
    shop = await containerd.pod('shop-1', 'uid-shop', { app: 'shop' });
  });
  after(async () => {
    await node?.stop();
    await collector?.dispose();
    await containerd?.dispose();
  });

  const executes = (containerId: string) =>
    containerd.cri(RuntimeService.method.execSync, { containerId, cmd: ['/main', 'sleep', '100'] });

  test('the agent comes when a container runs', async () => {
    const id = await containerd.container(shop, 'early', 0);
    const since = Date.now();
    const pid = await containerd.pidOf('k8s.io', id);
    await node.start();
    const silo = node.story.container();
    node.ranBefore('shop-1/early 0 by session', 'services.exe', { in: silo }, since);
    early = node.ranBefore('shop-1/early 0 by pid', 'early.exe', { in: silo, pid }, since);
    await node.plays();
  });

  test('a silo’s own processes are there before containerd tells of the start', async () => {
    const id = await containerd.create(shop, 'web', 0);
    node.comesToNow();
    const silo = node.story.container().starts(node.compute.emitter());
    const smss = node.starts('shop-1/web 0 by session', node.compute, 'smss.exe', { in: silo });
    const { over } = await node.playsAndWaits();
    await containerd.cri(RuntimeService.method.startContainer, { containerId: id });
    const told = await node.told('task', id);
    const init = node.starts('shop-1/web 0 by pid', smss, 'w3wp.exe', { told });
    await Promise.all([node.plays(), over]);
    node.ends(node.starts('shop-1/web 0 by session', init, 'cmd.exe /c whoami'));
    await node.plays();
    web = { id, init };
  });

  test('a HostProcess container beside processes of the node', async () => {
    const pod = await containerd.pod('agent-1', 'uid-agent');
    const id = await containerd.container(pod, 'agent', 0, [], HOST_PROCESS);
    const job = node.story.container({ isolation: 'host' }).starts(node.compute.emitter());
    const told = await node.told('task', id);
    const init = node.starts('agent-1/agent 0 by pid', node.shim, 'agent.exe', { in: job, told });
    node.ends(node.starts('agent-1/agent 0 by parent', init, 'helper.exe'));
    node.starts('host', node.compute, 'spooler.exe');
    await node.plays();
    agent = { id, init, job };
  });

  test('executed processes', async () => {
    await executes(web.id);
    const probe = { told: await node.told('exec', web.id) };
    node.ends(node.starts('shop-1/web 0 by session', web.init, 'probe.exe', probe));
    await executes(agent.id);
    const shell = { in: agent.job, told: await node.told('exec', agent.id) };
    node.ends(node.starts('agent-1/agent 0 by exec_pid', node.shim, 'cmd.exe', shell));
    await node.plays();
  });

  test('a container that lives 50 ms, told of when it is over', async () => {
    const id = await containerd.container(shop, 'short', 0, ['sleep', '50']);
    const told = await node.told('task', id);
    const silo = node.story.container();
    node.ends(node.starts('shop-1/short 0 by pid', node.compute, 'short.exe', { in: silo, told }));
    await node.plays();
  });

  test('labels outside of kubelet’s namespace are not believed', async () => {
    const args = ['--snapshotter', 'native', '--label', 'io.kubernetes.pod.name=shop-1', IMAGE, 'other'];
    await containerd.ctr('default', 'run', '-d', ...args);
    const told = await node.told('task', 'other');
    node.starts('container other by pid', node.compute, 'x.exe', { in: node.story.container(), told });
    await node.plays();
  });

  test('containerd is killed and started again; the container after that is another of the same pod', async () => {
    await containerd.kill();
    await node.says('containerd cannot be reached');
    node.starts('shop-1/early 0 by session', early, 'still.exe');
    node.starts('agent-1/agent 0 by parent', agent.init, 'still.exe');
    process.kill(web.init.pid, 'SIGKILL');
    node.ends(web.init);
    await node.plays();
    await containerd.restart();
    const id = await containerd.create(shop, 'web', 1);
    await containerd.kill();
    node.comesToNow();
    const silo = node.story.container();
    const smss = node.starts('shop-1/web 1 by session', node.compute, 'smss.exe', { in: silo });
    const { over } = await node.playsAndWaits();
    // It may have been reached for a moment in between.
    const reached = node.saidOf('connected to containerd');
    await containerd.restart();
    await node.says('connected to containerd', reached + 1);
    await containerd.cri(RuntimeService.method.startContainer, { containerId: id });
    const told = await node.told('task', id);
    node.starts('shop-1/web 1 by pid', smss, 'w3wp.exe', { told });
    await Promise.all([node.plays(), over]);
  });

  test('the Collector has every record once, with the pod that it is of', async () => {
    await node.stop();
    await collector.stop();
    await node.check({ 'shop-1': 'uid-shop', 'agent-1': 'uid-agent' });
  });
});
