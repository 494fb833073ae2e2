import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { JournalWriter } from '../../src/containerd/journal/writer.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { acceptedWith, type Outcome, refusedForGood } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Attributing, FakeContainers, shown, told } from '../../test/support/attribution.ts';
import { at } from '../../test/support/process_records.ts';

// A recorded trace with a journal in containerd's place. Times are milliseconds; what is told is told 1 ms later.

const folder = mkdtempSync(join(tmpdir(), 'sigel-recorded-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

const SHIM = told('process.start', 50, 0, { session: 0, name: 'containerd-shim-runhcs-v1.exe' });
const starts = (pid: number, ms: number, session: number, parent?: number): LogRecord =>
  told('process.start', pid, ms * 1000, { session, ...(parent === undefined ? {} : { parent }) });
const acts = (pid: number, ms: number): LogRecord => told('file.create', pid, ms * 1000);

/** Writes what a story tells of containers as a journal. */
function journalOf(tell: (containerd: FakeContainers) => void): string {
  const path = join(folder, `${files++}.containers.ndjson`);
  const containerd = new FakeContainers();
  let now = at(0);
  containerd.time = () => now;
  const writer = new JournalWriter(path, containerd, { host: 'NODE-1', boot: undefined });
  const apply = containerd.containers.apply.bind(containerd.containers);
  containerd.containers.apply = (fact, origin) => {
    const [seconds, nanoseconds] = origin === 'event' ? (fact.at ?? now) : now;
    now = [seconds, nanoseconds + 1_000_000];
    apply(fact, origin);
  };
  tell(containerd);
  writer.close();
  return path;
}

const WEB = journalOf((containerd) => {
  containerd.create('web', 10_000);
  containerd.run('web', 101, 30_000);
  containerd.create('agent', 40_000, { isolation: 'hostprocess' });
  containerd.run('agent', 300, 52_000);
  containerd.exec('web', 'probe', 102, 62_000);
});

/** Reads a trace in batches of these sizes, the last for ever; what was found, and whether a batch was kept open. */
async function read(
  journal: string,
  records: readonly LogRecord[],
  sizes: readonly number[] = [records.length],
): Promise<{ shown: string[]; world: Attributing }> {
  const world = new Attributing({ journal });
  await world.startWith(world.containerd);
  const outcomes: Outcome[] = [];
  for (let i = 0, n = 0; i < records.length; n++) {
    const size = sizes[n] ?? sizes.at(-1) ?? 1;
    const outcome = await world.take(...records.slice(i, i + size));
    assert.equal(outcome.kind, 'accepted');
    outcomes.push(outcome);
    i += size;
  }
  await world.shutdown();
  const all = acceptedWith(outcomes);
  if (all.kind === 'accepted') await all.settled;
  assert.deepEqual([world.account.imbalance(), world.parked], [0, 0]);
  return { shown: world.out.map((one) => `${String(one.attributes['process.pid'])} ${shown(one)}`), world };
}

const TRACE = [
  SHIM,
  starts(100, 20, 6),
  starts(101, 25, 6),
  acts(100, 26),
  starts(200, 27, 0),
  acts(200, 35),
  starts(300, 50, 0, 50),
  acts(300, 51),
  starts(102, 60, 6),
  acts(102, 61),
  starts(400, 70, 8),
  acts(200, 2071),
  acts(400, 2072),
];
const FOUND = [
  '50 host',
  '200 host',
  '100 web by session',
  '101 web by pid',
  '100 web by session',
  '200 host',
  '300 agent by pid',
  '300 agent by pid',
  '102 web by session',
  '102 web by session',
  '400 unresolved',
  '200 host',
  '400 unresolved',
];

test('what happens in containers is found as it would be live, and nothing waits for a clock', async () => {
  const { shown: found, world } = await read(WEB, TRACE);
  assert.deepEqual(found.toSorted(), FOUND.toSorted());
  const web = world.out.find(({ resource }) => resource.attributes['container.id'] === 'web');
  assert.equal(web?.resource.attributes['k8s.pod.name'], 'web-pod');
});

test('a batch of which records wait is accepted at once, and settled when they have gone on', async () => {
  const world = new Attributing({ journal: WEB });
  await world.startWith(world.containerd);
  const outcome = await world.take(SHIM, starts(100, 20, 6));
  assert.ok(outcome.kind === 'accepted' && outcome.settled !== undefined);
  let settled = false;
  void outcome.settled.then(() => (settled = true));
  await new Promise(setImmediate);
  assert.deepEqual([settled, world.parked], [false, 1]);
  await world.take(...TRACE.slice(2));
  await outcome.settled;
  await world.shutdown();
});

test('the same trace and journal give the same, in whatever batches the trace is read', async () => {
  const { shown: whole } = await read(WEB, TRACE);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
      async (sizes) => {
        assert.deepEqual((await read(WEB, TRACE, sizes)).shown, whole);
      },
    ),
    { numRuns: 60 },
  );
});

test('records of a process stay in their order', async () => {
  const { world } = await read(WEB, TRACE, [3, 2]);
  for (const pid of [100, 101, 102, 200, 300, 400]) {
    const times = world.out
      .filter(({ attributes }) => attributes['process.pid'] === pid)
      .map(({ hrTime: [seconds, nanoseconds] }) => seconds * 1e9 + nanoseconds);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      String(pid),
    );
  }
});

test('what still waits when the trace ends is handed on', async () => {
  const { shown: found } = await read(WEB, [starts(400, 20, 8), acts(400, 30)]);
  assert.deepEqual(found, ['400 unresolved', '400 unresolved']);
});

test('too much waits: those of the process that waits longest go on', async () => {
  const world = new Attributing({ journal: WEB, max_parked: 2 });
  await world.startWith(world.containerd);
  await world.take(...[400, 401, 402, 403].map((pid, i) => starts(pid, 20 + i, pid)));
  assert.deepEqual(
    world.out.map(({ attributes }) => attributes['process.pid']),
    [400, 401],
  );
  await world.shutdown();
  assert.equal(world.out.length, 4);
});

test('what is refused for good is counted', async () => {
  const world = new Attributing({ journal: WEB });
  await world.startWith(world.containerd);
  world.answer = () => refusedForGood('no');
  await world.take(starts(400, 20, 8), acts(200, 21));
  await world.shutdown();
  assert.deepEqual([world.account.imbalance(), world.parked, world.out.length], [0, 0, 0]);
});

test('containers that were listed before the trace began', async () => {
  const journal = journalOf((containerd) => {
    containerd.create('web', -60_000_000, {}, 'initial');
    containerd.run('web', 100, undefined, 'initial');
  });
  const rundown = told('process.rundown', 100, 10_000, { session: 6, created: -50_000_000 });
  assert.deepEqual((await read(journal, [rundown, acts(200, 11)])).shown, ['100 web by pid', '200 host']);
});

for (const [host, found] of [
  ['node-1', 'web by pid'],
  ['node-8', 'host'],
] as const) {
  test(`records of ${host}, where the journal is of NODE-1`, async () => {
    const resource = internResource({ 'host.name': host });
    const records = [starts(101, 25, 6), acts(101, 80)].map((record) => record.with({ resource }));
    assert.deepEqual((await read(WEB, records)).shown, [`101 ${found}`, `101 ${found}`]);
  });
}

test('a journal that is not there: it does not start', async () => {
  const world = new Attributing({ journal: join(folder, 'none') });
  await assert.rejects(() => world.startWith(world.containerd), /none cannot be read: no such file/);
});
