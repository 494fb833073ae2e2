import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Attributing, told } from '../../test/support/attribution.ts';

const containerOf = ({ resource }: LogRecord): unknown => resource.attributes[ResourceAttr.containerId.name];

/** A world in which process 60 runs on the node, and wrote a file twice. */
async function written(): Promise<Attributing> {
  const world = new Attributing({});
  await world.start();
  await world.take(told('process.start', 60, 10, { session: 0 }));
  await world.take(told('file.create', 60, 20), told('file.create', 60, 21));
  return world;
}

test('what a process does again has everything in common with what it did before', async () => {
  const { out } = await written();
  const [, one, two] = out;
  assert.equal(one?.common, two?.common);
  assert.equal(one?.resource.attributes['service.name'], 'windows-node');
});

test('a decision ends when containerd says whose the process is', async () => {
  const world = await written();
  world.containerd.create('web', 1, { isolation: 'hostprocess' });
  world.containerd.run('web', 60, 12);
  await world.take(told('file.create', 60, 30), told('file.create', 60, 31));
  assert.deepEqual(world.out.map(containerOf), [undefined, undefined, undefined, 'web', 'web']);
});

test('a decision ends when more is known of the container', async () => {
  const world = await written();
  world.containerd.create('web', 1, { isolation: 'hostprocess' });
  world.containerd.run('web', 60, 12);
  await world.take(told('file.create', 60, 30));
  const image = { name: 'docker.io/shop/web', tags: ['1.2'], repoDigests: [] };
  world.containerd.create('web', 1, { isolation: 'hostprocess', image });
  await world.take(told('file.create', 60, 31));
  const names = world.out.map(({ resource }) => resource.attributes[ResourceAttr.containerImageName.name]);
  assert.deepEqual(names.slice(3), [undefined, 'docker.io/shop/web']);
});

test('a decision is of one process, not of the next with its pid', async () => {
  const world = await written();
  world.containerd.create('web', 1);
  const start = world.take(told('process.start', 60, 2_000_000, { session: 6 }));
  world.containerd.run('web', 60, 2_000_002);
  await world.take(told('file.create', 8, 2_000_010));
  await start;
  await world.take(told('file.create', 60, 2_000_020));
  assert.equal(containerOf(world.out.at(-1) as LogRecord), 'web');
  assert.equal(world.out.at(-1)?.get(Attr.containerIsolation), 'process');
});
