import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Attributing, fakeClock, told, turn } from '../../test/support/attribution.ts';

/** An agent on a node with the container `web`, whose first process is 100; what it did there. */
async function withWeb(): Promise<Attributing> {
  const world = new Attributing();
  await world.start();
  world.containerd.create('web', 1);
  const first = world.take(told('process.start', 100, 10, { session: 6, created: 10 }));
  world.containerd.run('web', 100, 12);
  await world.take(told('process.start', 60, 20, { session: 0, created: 20 }));
  await first;
  return world;
}

const idsOf = ({ spanContext }: LogRecord) =>
  spanContext === undefined ? undefined : [spanContext.traceId, spanContext.spanId, spanContext.traceFlags];

test('a record has the span of its process in the trace of its container, or of the host', async () => {
  const world = await withWeb();
  await world.take(
    told('file.create', 100, 30),
    told('process.start', 101, 31, { session: 6, parent: 100, created: 31 }),
    told('file.create', 60, 32),
  );
  const of = (pid: number) => world.out.filter((record) => record.get(Attr.processPid) === pid).map(idsOf);
  const [[first, again], [child], [host, hostAgain]] = [of(100), of(101), of(60)];
  assert.ok(first !== undefined && child !== undefined && host !== undefined);
  assert.deepEqual([again, hostAgain], [first, host]);
  assert.match(String(first[0]), /^[0-9a-f]{32}$/);
  assert.match(String(first[1]), /^[0-9a-f]{16}$/);
  assert.equal(first[2], 1);
  assert.equal(child[0], first[0]);
  assert.notEqual(child[1], first[1]);
  assert.notEqual(host[0], first[0]);
});

test('an agent that is started again gives the same ids to what starts, and to traces', async () => {
  const [one, two] = await Promise.all([withWeb(), withWeb()]);
  assert.deepEqual(one.out.map(idsOf), two.out.map(idsOf));
  const restarted = new Attributing();
  restarted.containerd.create('web', 1, {}, 'initial');
  restarted.containerd.run('web', 100, 12, 'initial');
  await restarted.start();
  const rundown = restarted.take(told('process.rundown', 100, 500, { session: 6, created: 10 }));
  await restarted.take(told('file.create', 60, 501, { session: 0 }));
  await rundown;
  const [before] = one.out.map(idsOf);
  const [after] = restarted.out.map(idsOf);
  assert.equal(after?.[0], before?.[0]);
  // What an agent before has told of the process is not told again in other words.
  assert.notEqual(after?.[1], before?.[1]);
});

test('a day later a container’s records are in another trace', async () => {
  const world = await withWeb();
  await world.take(told('file.create', 100, 24 * 3600e6));
  const [first, last] = [world.out[0], world.out.at(-1)];
  assert.ok(first?.spanContext !== undefined && last?.spanContext !== undefined);
  assert.notEqual(first.spanContext.traceId, last.spanContext.traceId);
});

test('what the host tells of a container’s silo is of none of its processes', async () => {
  const world = await withWeb();
  world.containerd.job('web', { siloId: 'aa', session: 6 }, 25);
  await world.take(told('container.silo.start', 60, 30, { aboutSilo: 'aa' }));
  const last = world.out.at(-1);
  assert.equal(last?.resource.attributes['container.id'], 'web');
  assert.equal(last?.spanContext, undefined);
});

test('a record of which it is not known whose it is has no span', async (t) => {
  fakeClock(t);
  const world = await withWeb();
  const waiting = world.take(told('process.start', 200, 40, { session: 9 }));
  t.mock.timers.tick(60_000);
  await turn();
  await waiting;
  const last = world.out.at(-1);
  assert.equal(last?.attributes['sigel.attribution.method'], 'unresolved');
  assert.equal(last?.spanContext, undefined);
});
