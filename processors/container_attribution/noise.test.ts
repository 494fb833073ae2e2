import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { processOf } from '../../src/process/process_block.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import { Attributing, type Says, told } from '../../test/support/attribution.ts';
import { timeAt } from '../../test/support/process_records.ts';
import { containerAttributionConfig } from './config.ts';
import { NODE_PROGRAMS, Noise } from './noise.ts';

const SYSTEM = 'S-1-5-18';
const KUBELET = 'C:\\k\\kubelet.exe';
const DEFAULTS = containerAttributionConfig.parse({}).noise;

interface Case {
  readonly title: string;
  readonly says: Says;
  readonly config?: { readonly noise: { readonly programs: string[] } };
  readonly quiet: boolean;
}
const cases: readonly Case[] = [
  { title: 'kubelet', says: { path: KUBELET, user: SYSTEM }, quiet: true },
  { title: 'kubelet in another case', says: { path: 'c:\\K\\KUBELET.EXE', user: SYSTEM }, quiet: true },
  ...NODE_PROGRAMS.map((path) => ({ title: path, says: { path, user: SYSTEM }, quiet: true })),
  { title: 'the name elsewhere', says: { path: 'C:\\Temp\\kubelet.exe', user: SYSTEM }, quiet: false },
  { title: 'another user', says: { path: KUBELET, user: 'S-1-5-21-1-2-3-500' }, quiet: false },
  { title: 'a user nobody told of', says: { path: KUBELET }, quiet: false },
  { title: 'a path nobody told of', says: { name: 'kubelet.exe', user: SYSTEM }, quiet: false },
  {
    title: 'no programs',
    says: { path: KUBELET, user: SYSTEM },
    config: { noise: { programs: [] } },
    quiet: false,
  },
  {
    title: 'another program',
    says: { path: 'D:\\k3s\\k3s.exe', user: SYSTEM },
    config: { noise: { programs: ['D:\\k3s\\k3s.exe'] } },
    quiet: true,
  },
];
const NOISY = ['file.create', 'registry.value.set', 'network.connect'];
const ALWAYS = ['process.start', 'process.exit', 'process.module.load', 'dns.query', 'sigel.detection'];
for (const { title, says, config, quiet } of cases) {
  test(`noise: ${title}: ${quiet ? 'left out' : 'kept'}`, async () => {
    const world = new Attributing(config);
    await world.start();
    await world.take(told('process.start', 60, 10, { session: 0, ...says }));
    await world.take(...[...NOISY, ...ALWAYS.slice(2)].map((name) => told(name, 60, 20)));
    await world.take(told('process.start', 64, 30, { session: 0, parent: 60 }), told('file.create', 64, 31));
    await world.take(told('process.exit', 60, 40));
    const own = quiet ? ALWAYS : [...NOISY, ...ALWAYS];
    assert.deepEqual(
      world.out
        .map(({ eventName, attributes }) => `${String(attributes['process.pid'])} ${eventName}`)
        .toSorted(),
      [...own.map((name) => `60 ${name}`), '64 file.create', '64 process.start'].toSorted(),
    );
    assert.deepEqual([world.account.filtered, world.account.imbalance()], [quiet ? 3 : 0, 0]);
  });
}

test('what a container calls kubelet is not the node’s', async () => {
  const world = new Attributing();
  await world.start();
  world.containerd.create('web', 1);
  const open = world.take(told('process.start', 100, 10, { session: 6, path: KUBELET, user: SYSTEM }));
  world.containerd.run('web', 100, 12);
  await world.take(told('process.start', 60, 20, { session: 0 }), told('file.create', 100, 21));
  await open;
  assert.equal(world.account.filtered, 0);
});

// The agent, as the test's clock has it: process 70 of this path, which was started at 5 s.
const AGENT = { pid: 70, path: 'C:\\hpc\\node.exe', startedAt: 1_772_442_005_000_000 };
const PATH = AGENT.path;
const agents: readonly (readonly [title: string, pid: number, says: Says, noise: boolean])[] = [
  ['the agent, as any user', 70, { path: PATH, created: 5e6 }, true],
  ['the agent in another case', 70, { path: PATH.toUpperCase(), created: 5e6 }, true],
  ['another process of its path', 71, { path: PATH, created: 5e6 }, false],
  ['another path with its pid', 70, { path: 'C:\\node.exe', created: 5e6 }, false],
  ['another time', 70, { path: PATH, created: 100e6 }, false],
];
for (const [title, pid, says, noise] of agents) {
  test(`noise: ${title}: ${noise ? 'left out' : 'kept'}`, () => {
    const one = known(pid, says);
    for (const onNode of [true, false]) {
      assert.equal(new Noise(DEFAULTS, AGENT).is('file.create', one, onNode), noise);
      assert.equal(new Noise(DEFAULTS, AGENT).is('process.start', one, onNode), false);
      assert.equal(new Noise({ ...DEFAULTS, agent: false }, AGENT).is('file.create', one, onNode), false);
    }
  });
}

test('noise: one that ended is not the agent', () => {
  const hosts = new ProcessHosts({ maxProcesses: 10, keepExited: 120e6 }, 0);
  const started = hosts.take(told('process.start', 70, 5e6, { path: PATH, created: 5e6 }));
  const one = processOf(started);
  assert.ok(one !== undefined);
  const noise = new Noise(DEFAULTS, AGENT);
  assert.equal(noise.is('file.create', one, true), true);
  hosts.take(told('process.exit', 70, 6e6, {}));
  assert.equal(noise.is('file.create', one, true), false);
});

function known(pid: number, says: Says): KnownProcess {
  const hosts = new ProcessHosts({ maxProcesses: 10, keepExited: 120e6 }, 0);
  const one = processOf(hosts.take(told('process.rundown', pid, 200e6, says)));
  assert.ok(one !== undefined, timeAt(0));
  return one;
}
