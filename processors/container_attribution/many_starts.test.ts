import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Attributing, fakeClock, told, turn } from '../../test/support/attribution.ts';

// Failure cases 21 and 22: 10,000 processes of a hundred containers start within a second, and containerd tells of
// each container half a second behind. In, how many records may wait; out, how many were found, the rest unresolved.

const CONTAINERS = 100;
const STARTS = 10_000;
/** Microseconds. */
const APART = 1e6 / STARTS;
const BEHIND = 500_000;

const pidOf = (n: number) => 1000 + 4 * n;
const idOf = (n: number) => `c${n % CONTAINERS}`;
const startOf = (n: number) =>
  told('process.start', pidOf(n), n * APART, { session: 10 + (n % CONTAINERS), name: `${idOf(n)}.exe` });

/** All starts, in batches of 100, containerd's word coming as late as it does; the most that waited at a time. */
async function run(world: Attributing, tick: () => void): Promise<number> {
  await world.start();
  const open: Promise<unknown>[] = [];
  let most = 0;
  for (let n = 0; n < STARTS; n += CONTAINERS) {
    open.push(world.take(...Array.from({ length: CONTAINERS }, (_, i) => startOf(n + i))));
    await turn();
    most = Math.max(most, world.parked);
    // The silos begin in the first hundredth of a second, and are told of by twos from half a second on.
    const late = n * APART - BEHIND;
    if (late >= 0 && late < BEHIND)
      for (const c of [0, 1]) tell(world, (2 * n) / CONTAINERS - CONTAINERS + c);
  }
  // Time passes until nobody waits any more.
  tick();
  await Promise.all(open);
  assert.deepEqual([world.account.queued, world.account.imbalance()], [0, 0]);
  return most;
}

function tell({ containerd }: Attributing, n: number): void {
  containerd.create(idOf(n), n * APART);
  containerd.run(idOf(n), pidOf(n), n * APART + 1);
}

/** How many were found; fails when one was taken for another container's. */
function found(out: readonly LogRecord[]): number {
  let count = 0;
  for (const record of out) {
    const id = record.resource.attributes[ResourceAttr.containerId.name];
    if (typeof id !== 'string') continue;
    count++;
    assert.equal(`${id}.exe`, record.get(Attr.processExecutableName));
  }
  return count;
}

test('22: 10,000 starts within a second: all wait as long as they have to, and are found', async (t) => {
  fakeClock(t);
  const world = new Attributing();
  const most = await run(world, () => t.mock.timers.tick(2000));
  assert.equal(found(world.out), STARTS);
  assert.ok(most >= STARTS / 2 && most < STARTS, `${most} waited at a time`);
  await world.shutdown();
});

for (const limit of [{ max_parked: 1000 }, { max_parked_size: 1_000_000 }]) {
  test(`21: the same with ${JSON.stringify(limit)}: no more wait than that, none is wrong, and those that come later are found`, async (t) => {
    fakeClock(t);
    const world = new Attributing(limit);
    const most = await run(world, () => t.mock.timers.tick(2000));
    // A batch is taken whole before what is too much goes on; in memory, a record takes half a KiB and more.
    assert.ok(most <= ('max_parked' in limit ? limit.max_parked : 2000), `${most} waited at a time`);
    const isUnresolved = (record: LogRecord) => record.get(Attr.attributionMethod) === 'unresolved';
    assert.ok(world.out.some(isUnresolved));
    assert.equal(found(world.out) + world.out.filter(isUnresolved).length, STARTS);
    // As soon as a first process does something, containerd's word is matched with it.
    const first = await later(world, (n) => told('file.create', pidOf(n), 2e6 + n));
    const next = await later(world, (n) => startOf(2 * STARTS + n));
    assert.equal(found([...first, ...next]), 2 * CONTAINERS);
    await world.shutdown();
  });
}

/** What comes of a record for each container. */
async function later(world: Attributing, record: (n: number) => LogRecord): Promise<readonly LogRecord[]> {
  world.out.length = 0;
  await world.take(...Array.from({ length: CONTAINERS }, (_, n) => record(n)));
  return [...world.out];
}
