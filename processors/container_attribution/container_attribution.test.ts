import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPTED, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Attributing, fakeClock, shown, told, turn } from '../../test/support/attribution.ts';

const start = (pid: number, micros: number, session: number) =>
  told('process.start', pid, micros, { session });

/** One container `web` with pid 100 in session 6; events have come up to 20. */
async function withWeb() {
  const world = new Attributing();
  await world.start();
  world.containerd.create('pod', 1, { kind: 'sandbox', podLabels: [['app', 'shop']] });
  world.containerd.create('web', 1, { sandboxId: 'pod' });
  const first = world.take(start(100, 10, 6));
  world.containerd.run('web', 100, 12);
  await world.take(start(60, 20, 0));
  await first;
  return world;
}

test('a container’s records have one resource, with its pod, its service, its node, and nothing of the agent', async () => {
  const world = await withWeb();
  const node = internResource({ 'host.name': 'node-1', 'os.type': 'windows', 'service.name': 'sigel' });
  await world.take(
    told('file.create', 100, 30).with({ resource: node }),
    told('file.create', 100, 31).with({ resource: node }),
    told('file.create', 60, 32).with({ resource: node }),
  );
  const [one, two, host] = world.out.slice(-3);
  assert.equal(one?.resource, two?.resource);
  assert.deepEqual(
    Object.fromEntries(Object.entries(one?.resource.attributes ?? {}).filter(([, v]) => v !== undefined)),
    {
      'container.id': 'web',
      'container.name': 'web',
      'container.runtime.name': 'containerd',
      'container.runtime.version': 'v1.7.0',
      'host.name': 'node-1',
      'k8s.container.name': 'web',
      'k8s.container.restart_count': 0,
      'k8s.namespace.name': 'shop',
      'k8s.pod.label.app': 'shop',
      'k8s.pod.name': 'web-pod',
      'k8s.pod.uid': 'web-uid',
      'os.type': 'windows',
      'service.name': 'web-pod',
      'service.namespace': 'shop',
    },
  );
  assert.equal(one?.attributes['sigel.attribution.confidence'], 'exact');
  assert.equal(one?.attributes['sigel.container.isolation'], 'process');
  assert.deepEqual(host?.resource.attributes, {
    'host.name': 'node-1',
    'os.type': 'windows',
    'service.name': 'windows-node',
  });
  assert.equal(host?.attributes['sigel.attribution.method'], undefined);
});

test('records of another host have pids of their own', async () => {
  const world = await withWeb();
  const elsewhere = internResource({ 'host.name': 'node-2' });
  await world.take(start(100, 10, 6).with({ resource: elsewhere }));
  assert.equal(world.out.at(-1)?.resource, elsewhere);
});

test('19: labels of another namespace make no pod', async () => {
  const world = await withWeb();
  world.containerd.create('ctr', 1, { namespace: 'default' });
  world.containerd.containers.apply(
    { kind: 'start', namespace: 'default', id: 'ctr', pid: 200, at: told('', 1, 40).hrTime },
    'event',
  );
  await world.take(start(200, 35, 8), start(60, 50, 0));
  const record = world.out.find(({ attributes }) => attributes['process.pid'] === 200);
  assert.equal(record?.resource.attributes['container.id'], 'ctr');
  assert.equal(record?.resource.attributes['k8s.pod.name'], undefined);
});

test('the promise of a batch stays open until all of it has gone on', async (t) => {
  fakeClock(t);
  const world = new Attributing();
  await world.start();
  let isSettled = false;
  const batch = world.take(start(100, 10, 6), start(60, 11, 0)).finally(() => (isSettled = true));
  await turn();
  assert.deepEqual([world.out.length, world.parked, isSettled], [1, 1, false]);
  t.mock.timers.tick(1999);
  await turn();
  assert.equal(isSettled, false);
  t.mock.timers.tick(1);
  assert.equal(await batch, ACCEPTED);
  assert.deepEqual(world.out.map(shown), ['host', 'unresolved']);
  assert.deepEqual([world.parked, world.account.imbalance()], [0, 0]);
});

for (const [title, config] of [
  ['many records', { max_parked: 2 }],
  ['many bytes', { max_parked_size: 2000 }],
] as const) {
  test(`21: too ${title} wait: those of the process that waits longest go on`, async (t) => {
    fakeClock(t);
    const world = new Attributing(config);
    await world.start();
    const open = [100, 101, 102, 103, 104].map((pid, i) => world.take(start(pid, 10 + i, 6 + i)));
    await turn();
    assert.ok(world.out.length > 0 && world.out.length < 5);
    assert.equal(world.out[0]?.attributes['process.pid'], 100);
    assert.equal(await open[0], ACCEPTED);
    await world.shutdown();
    await Promise.all(open);
    assert.deepEqual([world.out.length, world.parked, world.account.imbalance()], [5, 0, 0]);
  });
}

test('shutdown hands on what waits', async () => {
  const world = new Attributing();
  await world.start();
  const open = world.take(start(100, 10, 6));
  await world.shutdown();
  assert.equal(await open, ACCEPTED);
  assert.deepEqual(world.out.map(shown), ['unresolved']);
});

test('shutdown without start, and after its deadline', async () => {
  await new Attributing().shutdown();
  const world = new Attributing();
  await world.start();
  world.answer = () => retryLater('full');
  const open = world.take(start(100, 10, 6));
  await world.shutdown(AbortSignal.abort());
  assert.equal(await open, ACCEPTED);
  assert.deepEqual([...world.account.dropped], [['shutdown', 1]]);
  assert.equal(world.account.imbalance(), 0);
});

for (const refusal of [retryLater('full'), refusedForGood('no')]) {
  test(`nothing of a batch waits: its refusal goes back: ${JSON.stringify(refusal)}`, async () => {
    const world = await withWeb();
    const { taken } = world.account;
    world.answer = () => refusal;
    assert.equal(await world.take(told('file.create', 100, 30)), refusal);
    assert.deepEqual([world.account.taken, world.account.imbalance()], [taken, 0]);
  });
}

test('what waited and is refused for now is offered again from here, once', async () => {
  const world = new Attributing({ wait: '1ms' });
  await world.start();
  let refusals = 2;
  world.answer = () => (refusals-- > 0 ? retryLater('full') : ACCEPTED);
  assert.equal(await world.take(start(100, 10, 6), start(60, 11, 0)), ACCEPTED);
  assert.deepEqual([world.out.length, world.account.emitted, world.account.imbalance()], [2, 2, 0]);
});

test('a chain of processes as long as it gets does not overflow the stack', async () => {
  const world = new Attributing({ max_parked: 100_000 });
  await world.start();
  await world.take(told('process.start', 8, 1, { session: 0 }));
  for (let pid = 12; pid < 40_000; pid += 4)
    await world.take(told('process.start', pid, pid, { session: 0, parent: pid - 4 }));
  world.containerd.create('web', 1);
  await world.take(told('file.create', 39_996, 50_000));
  assert.equal(world.out.at(-1) === undefined, false);
  await world.shutdown();
});

test('an extension that is none ends start', async () => {
  const world = new Attributing();
  await assert.rejects(world.startWith({ start: async () => {}, shutdown: async () => {} }), /containers/);
});
