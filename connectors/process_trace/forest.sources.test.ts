import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../src/model/log_record.ts';
import { eventRecord } from '../../test/support/process_records.ts';
import {
  detectionOf,
  exit,
  MINUTE,
  rundown,
  SECOND,
  start,
  TestAgent,
  type TestContainer,
  TestPipeline,
  treesOf,
  WEB,
  WINDOW,
  watching,
} from '../../test/support/process_traces.ts';

test('an agent that is started again goes on in the same trace, and tells nothing in other words', () => {
  const [one, two] = [watching(), new TestAgent()];
  one.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  one.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  one.forest.end();
  two.take(rundown(10, 60 * SECOND, 'a.exe', 1 * SECOND), WEB);
  two.take(start(12, 61 * SECOND, 'c.exe', 10), WEB);
  two.forest.end();
  assert.deepEqual(treesOf([...one.spans, ...two.spans]), [
    'container web, 0.5s',
    '  exec a.exe, 1s, running',
    '    exec b.exe, 0s, running',
    'container web (continued), 0s, continued, 1 link',
    '  exec a.exe, 0s, running, continued, 1 link',
    '    exec c.exe, 0s, running',
  ]);
  const linked = two.spans.flatMap(({ links }) => links.map(({ context }) => context.spanId));
  const [root, a] = one.spans.map((span) => span.spanContext().spanId);
  assert.deepEqual(linked, [root, a]);
});

test('a connector that is made anew while the agent runs tells nothing again', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.replant();
  agent.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  agent.take(exit(10, 3 * SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans), [
    'container web, 0.5s',
    '  exec a.exe, 0s, running',
    '    exec b.exe, 1s, running',
  ]);
});

test('the same records make the same spans', () => {
  const run = () => {
    const agent = watching();
    agent.take(start(10, SECOND, 'a.exe'), WEB);
    agent.forest.take(detectionOf(agent.stamp(eventRecord(10, 2 * SECOND), WEB), 'r'));
    return agent.spans.map((span) => span.spanContext());
  };
  assert.deepEqual(run(), run());
});

test('two pipelines that feed one connector tell of a process once', () => {
  const agent = watching();
  const other = new TestPipeline();
  const records = [
    start(10, 1 * SECOND, 'a.exe'),
    start(11, 2 * SECOND, 'b.exe', 10),
    eventRecord(11, 3 * SECOND),
    exit(11, 4 * SECOND),
    exit(10, 5 * SECOND),
  ];
  for (const record of records) {
    agent.take(record, WEB);
    const again = other.stamp(record, WEB);
    agent.forest.take(again);
    if (record.eventName === 'file.create') agent.forest.take(detectionOf(again, 'r'));
  }
  assert.deepEqual(treesOf(agent.spans), [
    'container web, 0.5s',
    '  exec a.exe, 2s, running',
    '    exec b.exe, 1s, running',
    '      detection: r, 0s, ERROR',
  ]);
});

for (const [title, ahead] of [
  ['later', 24 * 60 * MINUTE],
  ['earlier', -24 * 60 * MINUTE],
] as const)
  test(`each host has its own time: another one’s records are of a day ${title}`, () => {
    const agent = watching();
    const other = new TestPipeline();
    const api: TestContainer = { id: 'api', created: ahead };
    const take = (record: LogRecord) => agent.forest.take(other.stamp(record, api));
    take(rundown(4, ahead - SECOND, 'System', ahead - MINUTE));
    for (let second = 1; second < 100; second += 10) {
      agent.take(start(second, second * SECOND, 'a.exe'), WEB);
      take(start(second, ahead + second * SECOND, 'b.exe'));
      agent.take(exit(second, (second + 9) * SECOND), WEB);
      assert.equal(take(exit(second, ahead + (second + 9) * SECOND)), 'in_trace');
    }
    const trees = treesOf(agent.spans);
    for (const name of ['a', 'b'])
      assert.equal(trees.filter((line) => line === `  exec ${name}.exe, 9s`).length, 10);
  });

test('where one host is silent and another is not, the clock ends the waiting of both', () => {
  const agent = watching();
  const other = new TestPipeline();
  agent.take(start(10, 0, 'a.exe'), WEB);
  for (let second = 0; second < 30; second++) {
    agent.forest.take(other.stamp(eventRecord(20, second * SECOND), { id: 'api' }));
    agent.forest.wait(SECOND);
  }
  assert.ok(agent.spans.some(({ name }) => name === 'exec a.exe'));
});

test('a process that is over is not said to run in the window where what is below it goes on', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  agent.take(exit(10, 3 * SECOND), WEB);
  agent.take(eventRecord(11, WINDOW + SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans).slice(-2), [
    '  exec a.exe, 0s, continued, 1 link',
    '    exec b.exe, 0s, running, continued, 1 link',
  ]);
});

test('a start that was left out in front of the connector is no span before', () => {
  const agent = watching();
  agent.stamp(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.take(eventRecord(10, 2 * SECOND), WEB);
  agent.take(exit(10, 3 * SECOND), WEB);
  assert.deepEqual(treesOf(agent.spans).slice(1), ['  exec a.exe, 1s']);
});

test('a connector that is made anew tells nothing again of processes of many windows', () => {
  const agent = watching();
  const now = 20 * WINDOW;
  for (const [pid, window] of [
    [10, 3],
    [11, 5],
    [12, 7],
  ] as const)
    agent.stamp(rundown(pid, now, `p${pid}.exe`, window * WINDOW, pid - 1), WEB);
  const use = (time: number) => {
    agent.take(start(20 + time, now + time, 'new.exe', 12), WEB);
    agent.take(eventRecord(12, now + time), WEB);
  };
  use(1);
  agent.replant();
  use(2);
  agent.forest.end();
  const ids = agent.spans.map((span) => span.spanContext().spanId);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(agent.spans.length, 1 + 3 + 2);
});
