import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { ResourceAttr } from '../../src/model/attributes.ts';
import { internResource } from '../../src/model/resource.ts';
import { Attributing, fakeClock, told } from '../../test/support/attribution.ts';
import { containerAttributionConfig } from './config.ts';

type Config = z.input<typeof containerAttributionConfig>;

const IMAGE = { name: 'docker.io/shop/web', tags: ['1.2'], repoDigests: ['docker.io/shop/web@sha256:00'] };

/** A pod's container `web`, a container `tool` of nobody, and the node's own process: who of them is heard. */
async function heard(config: Config): Promise<{ names: string[]; world: Attributing }> {
  const world = new Attributing(config);
  await world.start();
  const { containerd } = world;
  const podLabels = [
    ['app', 'shop'],
    ['tier', 'front'],
  ] as const;
  containerd.create('pod', 1, { kind: 'sandbox', podLabels });
  containerd.create('web', 1, { sandboxId: 'pod', image: IMAGE });
  containerd.create('tool', 1, { image: { name: 'tools/ctr', tags: [], repoDigests: [] } });
  const open = [
    world.take(told('process.start', 100, 10, { session: 6 })),
    world.take(told('process.start', 200, 10, { session: 8 })),
  ];
  containerd.run('web', 100, 12);
  containerd.run('tool', 200, 12);
  await world.take(told('process.start', 60, 20, { session: 0 }));
  await Promise.all(open);
  await world.take(told('file.create', 100, 30), told('file.create', 200, 31), told('file.create', 60, 32));
  await world.shutdown();
  assert.deepEqual([world.account.taken, world.account.queued, world.account.imbalance()], [6, 0, 0]);
  const names = world.out.map(({ resource }) => resource.attributes[ResourceAttr.containerId.name] ?? 'host');
  return { names: [...new Set(names.map(String))].toSorted(), world };
}

const cases: readonly (readonly [title: string, config: Config, names: readonly string[]])[] = [
  ['everything by default', {}, ['host', 'tool', 'web']],
  ['an image', { include: [{ images: ['docker.io/shop/web'] }] }, ['host', 'web']],
  ['an image with its tag', { include: [{ images: ['*/web:1.*'] }] }, ['host', 'web']],
  ['an image with its digest', { include: [{ images: ['*@sha256:00'] }] }, ['host', 'web']],
  ['another tag', { include: [{ images: ['*/web:2'] }] }, ['host']],
  ['a namespace', { exclude: [{ namespaces: ['kube-*'] }] }, ['host', 'tool', 'web']],
  ['not a namespace, in any case', { exclude: [{ namespaces: ['SH*'] }] }, ['host']],
  ['a pod', { include: [{ pods: ['web-*'] }] }, ['host', 'web']],
  ['a label', { include: [{ labels: { app: 'sh*' } }] }, ['host', 'web']],
  ['labels that all fit', { include: [{ labels: { app: 'shop', tier: 'front' } }] }, ['host', 'web']],
  ['labels of which one does not', { include: [{ labels: { app: 'shop', tier: 'back' } }] }, ['host']],
  ['all of a condition', { include: [{ pods: ['*'], images: ['tools/*'] }] }, ['host', 'tool']],
  [
    'one of two conditions',
    { include: [{ pods: ['web-*'] }, { images: ['tools/*'] }] },
    ['host', 'tool', 'web'],
  ],
  [
    'what is excluded of it',
    { include: [{ pods: ['*'] }], exclude: [{ labels: { app: '*' } }] },
    ['host', 'tool'],
  ],
  ['no records of the node', { host_records: false }, ['tool', 'web']],
];
for (const [title, config, names] of cases) {
  test(`selected: ${title}`, async () => {
    const { names: got, world } = await heard(config);
    assert.deepEqual(got, names);
    assert.equal(world.account.filtered, 6 - 2 * names.length);
  });
}

test('what waited is selected when it is known', async (t) => {
  fakeClock(t);
  const world = new Attributing({ exclude: [{ namespaces: ['shop'] }] });
  await world.start();
  const open = world.take(told('process.start', 100, 10, { session: 6 }), told('file.create', 100, 11));
  assert.equal(world.parked, 2);
  world.containerd.create('web', 12);
  world.containerd.run('web', 100, 12);
  await world.take(told('process.start', 60, 20, { session: 0 }));
  await open;
  assert.deepEqual([world.out.length, world.account.filtered, world.parked], [1, 2, 0]);
  assert.equal(world.account.imbalance(), 0);
});

test('what nobody tells of goes on, whatever is selected', async () => {
  const world = new Attributing({ wait: '1ms', include: [{ pods: ['web-*'] }] });
  await world.start();
  await world.take(told('process.start', 100, 10, { session: 6 }));
  assert.equal(world.out[0]?.attributes['sigel.attribution.method'], 'unresolved');
});

test('records that say themselves whose they are, as the containerd receiver’s, are selected too', async () => {
  const world = new Attributing({ exclude: [{ namespaces: ['shop'] }] });
  await world.start();
  const of = (namespace: string, host: string) =>
    told('container.start', 1, 10).with({
      blocks: [],
      resource: internResource({ 'host.name': host, 'container.id': 'x', 'k8s.namespace.name': namespace }),
    });
  const [other, elsewhere] = [of('other', 'node-1'), of('shop', 'node-2')];
  await world.take(of('shop', 'node-1'), other, elsewhere);
  assert.deepEqual(
    world.out.map(({ resource }) => resource),
    [other.resource, elsewhere.resource],
  );
  assert.deepEqual([world.account.filtered, world.account.imbalance()], [1, 0]);
});

for (const [title, config] of [
  ['an empty condition', { include: [{}] }],
  ['no labels', { exclude: [{ labels: {} }] }],
  ['an unknown key', { exclude: [{ namespace: ['x'] }] }],
  ['a program without its folder', { noise: { programs: ['kubelet.exe'] } }],
  ['a pattern for a program', { noise: { programs: ['C:\\*\\kubelet.exe'] } }],
] as const) {
  test(`${title} is an error`, () => {
    assert.equal(containerAttributionConfig.safeParse(config).success, false);
  });
}
