import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import type { z } from 'zod';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import type { SpanBatch } from '../../src/model/span.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { lifeRecord } from '../../test/support/process_records.ts';
import { detectionOf, TestAgent, type TestContainer } from '../../test/support/process_traces.ts';
import { NEVER } from '../../test/support/senders.ts';
import { processTraceConfig } from './config.ts';
import { ProcessTrace } from './process_trace.ts';

const WEB = { id: 'web', created: 0, started: 1 };

/** A connector, and what stands behind it: answers by a script, then accepts. */
class World {
  readonly account = new Account('process_trace', 'connector');
  readonly names: string[] = [];
  readonly answers: Outcome[] = [];
  offered = 0;
  readonly connector: ProcessTrace;
  readonly #agent = new TestAgent();

  constructor(config: z.input<typeof processTraceConfig> = {}) {
    const context = {
      id: 'process_trace',
      logger: SILENT,
      account: this.account,
      meter: createNoopMeter(),
      resource: internResource({}),
    };
    const next = { consumeTraces: async (batch: SpanBatch) => this.#answer(batch) };
    this.connector = new ProcessTrace(context, processTraceConfig.parse(config), next);
  }

  #answer(batch: SpanBatch): Outcome {
    this.offered++;
    const answer = this.answers.shift() ?? ACCEPTED;
    if (answer.kind === 'accepted') this.names.push(...batch.map(({ name }) => name));
    return answer;
  }

  stamp(record: LogRecord, container?: TestContainer): LogRecord {
    return this.#agent.stamp(record, container);
  }

  /** A process that starts, at a second, and the record of its exit. */
  process(pid: number, second: number): LogRecord[] {
    const time = second * 1e6;
    const start = lifeRecord('process.start', pid, time, { name: `p${pid}.exe`, created: time });
    return [start, lifeRecord('process.exit', pid, time + 1)].map((record) => this.stamp(record, WEB));
  }

  book(): object {
    assert.equal(this.account.imbalance(), 0);
    const { taken, made, emitted, filtered, queued, state, dropped } = this.account;
    return { taken, made, emitted, filtered, queued, ...Object.fromEntries([...state, ...dropped]) };
  }
}

const NONE = { taken: 0, made: 0, emitted: 0, filtered: 0, queued: 0 };

test('records go in, spans come out, and the account says what became of both', async () => {
  const world = new World();
  // Of the host, before the container, so its creation was watched.
  const before = world.stamp(lifeRecord('process.rundown', 4, -1));
  const outcome = await world.connector.consumeLogs([logRecord(1), before, ...world.process(10, 1)]);
  assert.deepEqual(outcome, ACCEPTED);
  assert.deepEqual(world.names, ['container web', 'exec p10.exe']);
  assert.deepEqual(world.book(), { ...NONE, taken: 4, made: 2, emitted: 2, no_trace: 1, in_trace: 3 });
});

test('what refuses for now is offered again, and the batch waits for it', async () => {
  const world = new World();
  world.answers.push(retryLater('full'), retryLater('full'));
  assert.deepEqual(await world.connector.consumeLogs(world.process(10, 1)), ACCEPTED);
  assert.equal(world.offered, 3);
  assert.deepEqual(world.book(), { ...NONE, taken: 2, made: 2, emitted: 2, in_trace: 2 });
});

test('what refuses for good has its spans counted as dropped', async () => {
  const world = new World();
  world.answers.push(refusedForGood('no'));
  assert.deepEqual(await world.connector.consumeLogs(world.process(10, 1)), ACCEPTED);
  assert.deepEqual(world.book(), { ...NONE, taken: 2, made: 2, in_trace: 2, refused: 2 });
});

test('a shutdown hands on what is open', async () => {
  const world = new World();
  await world.connector.start();
  await world.connector.consumeLogs(world.process(10, 1).slice(0, 1));
  assert.deepEqual(world.names, []);
  await world.connector.shutdown(NEVER);
  assert.deepEqual(world.names, ['container web (continued)', 'exec p10.exe']);
  assert.deepEqual(world.book(), { ...NONE, taken: 1, made: 2, emitted: 2, in_trace: 1 });
});

test('a shutdown whose time is over counts what is left', async () => {
  const world = new World();
  await world.connector.consumeLogs(world.process(10, 1).slice(0, 1));
  world.answers.push(retryLater('full'));
  await world.connector.shutdown(AbortSignal.abort());
  assert.deepEqual(world.book(), { ...NONE, taken: 1, made: 2, in_trace: 1, shutdown: 2 });
});

test('time goes on by the clock where no events come', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 0 });
  const world = new World();
  await world.connector.start();
  await world.connector.consumeLogs(world.process(10, 1).slice(0, 1));
  t.mock.timers.tick(29_000);
  assert.deepEqual(world.names, []);
  t.mock.timers.tick(1_000);
  assert.deepEqual(world.names, ['container web (continued)', 'exec p10.exe']);
  await world.connector.shutdown(NEVER);
});

const selections: readonly [title: string, config: z.input<typeof processTraceConfig>, kept: boolean][] = [
  ['all', {}, true],
  ['its namespace is included', { include: [{ namespaces: ['shop', 'x'] }] }, true],
  ['another is included', { include: [{ namespaces: ['x'] }] }, false],
  ['its namespace is excluded', { exclude: [{ namespaces: ['s*'] }] }, false],
  ['without the host', { host_traces: false }, true],
];
for (const [title, config, kept] of selections) {
  test(`selection of a container: ${title}`, async () => {
    const world = new World(config);
    const resource = internResource({ 'container.id': 'web', 'k8s.namespace.name': 'shop' });
    await world.connector.consumeLogs(world.process(10, 1).map((record) => record.with({ resource })));
    assert.equal(world.names.length, kept ? 2 : 0);
    assert.deepEqual(
      world.book(),
      kept ? { ...NONE, taken: 2, made: 2, emitted: 2, in_trace: 2 } : { ...NONE, taken: 2, filtered: 2 },
    );
  });
}

test('selection: without the host', async () => {
  const world = new World({ host_traces: false, include: [{ namespaces: ['x'] }] });
  const agent = new TestAgent();
  await world.connector.consumeLogs([agent.stamp(lifeRecord('process.start', 10, 1))]);
  assert.deepEqual(world.book(), { ...NONE, taken: 1, filtered: 1 });
  assert.equal(new World({ include: [{ namespaces: ['x'] }] }).account.filtered, 0);
});

test('spans that wait in vain for a detection count as filtered', async () => {
  const world = new World({ sampling: { only_detections: true, decision_wait: '10s' } });
  await world.connector.consumeLogs(world.process(10, 1));
  const [start, exit] = world.process(11, 20);
  assert.ok(start !== undefined && exit !== undefined);
  await world.connector.consumeLogs([start, detectionOf(start, 'Bad'), exit]);
  assert.deepEqual(world.names, ['container web (continued)', 'exec p11.exe', 'detection: Bad']);
  assert.deepEqual(world.book(), { ...NONE, taken: 5, made: 4, emitted: 3, filtered: 1, in_trace: 5 });
});

const wrong: readonly [title: string, config: unknown][] = [
  ['no time to exit in', { max_open: '0s' }],
  ['no spans', { max_spans_per_trace: 0 }],
  ['a decision that takes an hour', { sampling: { decision_wait: '1h' } }],
  ['an empty condition', { include: [{}] }],
  ['a typing error', { max_opened: '1s' }],
];
for (const [title, config] of wrong) {
  test(`config: ${title} is an error`, () =>
    assert.equal(processTraceConfig.safeParse(config).success, false));
}
