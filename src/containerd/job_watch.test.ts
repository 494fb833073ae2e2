import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeContainers } from '../../test/support/attribution.ts';
import type { LogFacts, Logger } from '../telemetry/logger.ts';
import type { JobAnswer } from './job_queries.ts';
import { JobWatch } from './job_watch.ts';

const LONG_ID = 'ab'.repeat(32);

function facts(
  pids: readonly number[],
  more: { session?: number; lacks?: readonly string[] } = {},
): JobAnswer {
  const job = { siloId: undefined, jobId: undefined, session: more.session, pids };
  return { kind: 'facts', job, lacks: more.lacks ?? [] };
}

/** A view of containers with a watch whose answers a test gives, the last one for ever. */
class World {
  readonly containerd = new FakeContainers();
  readonly asked: string[] = [];
  readonly said: string[] = [];
  readonly changes: string[] = [];
  readonly watch: JobWatch;
  answers: JobAnswer[] = [];
  /** Milliseconds that an answer takes. */
  takes = 0;
  #now = 0;
  readonly #t: TestContext;

  constructor(t: TestContext) {
    this.#t = t;
    t.mock.timers.enable({ apis: ['setTimeout'] });
    this.watch = new JobWatch({
      queries: {
        query: ({ id }) => {
          this.asked.push(id);
          this.#now += this.takes;
          const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
          return answer ?? { kind: 'absent' };
        },
      },
      store: this.containerd.containers,
      logger: saying(this.said),
      now: () => this.#now,
    });
    this.containerd.subscribe((change) => this.watch.take(change));
    this.containerd.subscribe((change) => {
      if (change.kind === 'job')
        this.changes.push(`${change.container.id}: ${String(change.container.job?.pids)}`);
    });
  }
  async settle(): Promise<void> {
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  async passes(ms: number): Promise<void> {
    this.#t.mock.timers.tick(ms);
    await this.settle();
  }
}

function saying(said: string[]): Logger {
  const say = (message: string, fields?: LogFacts): void =>
    void said.push(`${message}: ${String(fields?.['reason'])}`);
  return { debug: say, info: say, warn: say, error: say };
}

test('a job is asked for when its container starts, and told behind the start', async (t) => {
  const world = new World(t);
  const order: string[] = [];
  world.containerd.subscribe(({ kind }) => void order.push(kind));
  world.answers = [facts([100, 104], { session: 6 })];
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  await world.settle();
  assert.deepEqual(order, ['create', 'start', 'job']);
  const { job, jobAt } = world.containerd.containers.get('k8s.io', 'web') ?? {};
  assert.deepEqual([job?.session, job?.pids, jobAt !== undefined], [6, [100, 104], true]);
});

test('what was there before is asked for as well', async (t) => {
  const world = new World(t);
  world.answers = [facts([100])];
  world.containerd.create('web', 1, {}, 'initial');
  world.containerd.run('web', 100, undefined, 'initial');
  await world.settle();
  assert.deepEqual(world.changes, ['web: 100']);
});

test('a job that is not there yet is asked for again, a few times', async (t) => {
  const world = new World(t);
  world.answers = [{ kind: 'absent' }, { kind: 'absent' }, facts([100])];
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  for (const wait of [0, 100, 300]) await world.passes(wait);
  assert.deepEqual(world.changes, ['web: 100']);

  world.answers = [{ kind: 'absent' }];
  world.containerd.create('gone', 3);
  world.containerd.run('gone', 200, 4);
  for (let i = 0; i < 20; i++) await world.passes(10_000);
  assert.equal(world.asked.filter((id) => id === 'gone').length, 5);
});

test('a container that ends is not asked for again', async (t) => {
  const world = new World(t);
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  await world.settle();
  world.containerd.exit('web', 100, 3);
  await world.passes(10_000);
  assert.deepEqual(world.asked, ['web']);
});

test('a job without the container’s first process is another’s of the same name', async (t) => {
  const world = new World(t);
  world.answers = [facts([200]), facts([100, 200])];
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  await world.settle();
  assert.deepEqual(world.changes, []);
  await world.passes(100);
  assert.deepEqual(world.changes, ['web: 100,200']);
});

test('an answer that took long is asked for again: its time is not known well enough', async (t) => {
  const world = new World(t);
  world.answers = [facts([100])];
  world.takes = 60;
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  await world.settle();
  assert.deepEqual(world.changes, []);
  world.takes = 1;
  await world.passes(100);
  assert.deepEqual(world.changes, ['web: 100']);
});

test('who is never asked for', async (t) => {
  const world = new World(t);
  world.answers = [facts([1, 100])];
  world.containerd.create('vm', 1, { isolation: 'hyperv' });
  world.containerd.run('vm', 100, 2);
  world.containerd.create('odd', 1, { isolation: 'unknown' });
  world.containerd.run('odd', 100, 2);
  world.containerd.create('pod', 1, { isolation: 'hostprocess', kind: 'sandbox' });
  world.containerd.run('pod', 1, 2);
  world.containerd.create('short', 1);
  world.containerd.create('agent', 1, { isolation: 'hostprocess' });
  world.watch.askJobs();
  await world.passes(1_000);
  assert.deepEqual(world.asked, []);
});

test('a silo began: containers that have not started are asked for, where their ids are their own', async (t) => {
  const world = new World(t);
  world.answers = [facts([100], { session: 6 })];
  world.containerd.create(LONG_ID, 1);
  await world.settle();
  assert.deepEqual(world.asked, []);
  world.watch.askJobs();
  await world.passes(0);
  assert.deepEqual(world.changes, [`${LONG_ID}: 100`]);
});

test('rounds are a second apart, however often they are asked for, and tell what is new', async (t) => {
  const world = new World(t);
  world.answers = [facts([100]), facts([100]), facts([100, 104])];
  world.containerd.create('agent', 1, { isolation: 'hostprocess' });
  world.containerd.run('agent', 100, 2);
  await world.settle();
  for (let i = 0; i < 100; i++) {
    world.watch.askJobs();
    await world.passes(0);
  }
  assert.equal(world.asked.length, 2);
  await world.passes(1_000);
  assert.equal(world.asked.length, 3);
  assert.deepEqual(world.changes, ['agent: 100', 'agent: 100,104']);
});

test('each reason is told once', async (t) => {
  const world = new World(t);
  world.answers = [{ kind: 'failed', reason: 'denied' }];
  for (const id of ['a', 'b', 'c']) {
    world.containerd.create(id, 1);
    world.containerd.run(id, 100, 2);
  }
  await world.settle();
  world.answers = [facts([200], { lacks: ['the silo'] })];
  for (const id of ['d', 'e']) {
    world.containerd.create(id, 1);
    world.containerd.run(id, 200, 2);
  }
  await world.settle();
  assert.deepEqual(world.said, [
    'jobs of containers cannot be asked for: denied',
    'this Windows does not tell all of jobs: the silo',
  ]);
  // A refusal holds for its container.
  world.watch.askJobs();
  await world.passes(1_000);
  assert.deepEqual(world.asked, ['a', 'b', 'c', 'd', 'e']);
});

test('nothing is asked for after the end', async (t) => {
  const world = new World(t);
  world.containerd.create('web', 1);
  world.containerd.run('web', 100, 2);
  world.watch.stop();
  world.watch.askJobs();
  await world.passes(10_000);
  assert.deepEqual(world.changes, []);
  assert.ok(world.asked.length <= 1);
});
