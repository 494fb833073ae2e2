import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventRecord, lifeRecord } from '../../test/support/process_records.ts';
import {
  detectionOf,
  exit,
  fromThread,
  MINUTE,
  rundown,
  SECOND,
  start,
  treesOf,
  WEB,
  WINDOW,
  watching,
} from '../../test/support/process_traces.ts';

test('a container is a tree: its start, and its processes under their parents', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'smss.exe', 4), WEB);
  agent.take(start(11, 2 * SECOND, 'cmd.exe', 10), WEB);
  agent.take(start(12, 3 * SECOND, 'whoami.exe', 11), WEB);
  agent.take(exit(12, 4 * SECOND), WEB);
  agent.take(exit(11, 5 * SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans), [
    'container web, 0.5s',
    '  exec smss.exe, 4s, running',
    '    exec cmd.exe, 3s',
    '      exec whoami.exe, 1s',
  ]);
});

test('a span is handed on at the exit, or as running when it was open for long; its exit then tells nothing more', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  agent.take(exit(11, 3 * SECOND), WEB);
  const names = () => agent.spans.map(({ name }) => name);
  assert.deepEqual(names(), ['container web', 'exec b.exe']);
  agent.take(eventRecord(10, 31 * SECOND), WEB);
  assert.deepEqual(names(), ['container web', 'exec b.exe', 'exec a.exe']);
  agent.take(exit(10, 32 * SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans).slice(1), ['  exec a.exe, 30s, running', '    exec b.exe, 1s']);
});

test('where no events come, the clock ends the waiting', () => {
  const agent = watching();
  agent.take(start(10, 0, 'a.exe'), WEB);
  agent.forest.wait(29 * SECOND);
  assert.equal(agent.spans.length, 0);
  agent.forest.wait(1 * SECOND);
  assert.deepEqual(treesOf(agent.spans), ['container web, 0.5s', '  exec a.exe, 30s, running']);
});

test('a detection is red, and all above it comes at once, but only once', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  agent.take(start(12, 2 * SECOND, 'other.exe', 10), WEB);
  const event = agent.stamp(eventRecord(11, 3 * SECOND), WEB);
  agent.forest.take(event);
  for (let twice = 0; twice < 2; twice++) agent.forest.take(detectionOf(event, 'Bad thing'));
  const tree = ['container web, 0.5s', '  exec a.exe, 2s, running', '    exec b.exe, 1s, running'];
  assert.deepEqual(treesOf(agent.spans), [...tree, '      detection: Bad thing, 0s, ERROR']);
  agent.take(exit(11, 4 * SECOND), WEB);
  agent.take(exit(10, 5 * SECOND), WEB);
  assert.equal(agent.spans.length, 4);
});

test('a detection that comes back from a thread has but the ids of its span', () => {
  const agent = watching();
  const begun = agent.stamp(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.forest.take(begun);
  assert.equal(agent.forest.take(fromThread(begun, 'By code')), 'in_trace');
  assert.deepEqual(treesOf(agent.spans).slice(1), [
    '  exec a.exe, 0s, running',
    '    detection: By code, 0s, ERROR',
  ]);
});

test('a later window is a trace of its own, in which what is used is linked to what it was', () => {
  const agent = watching();
  agent.take(start(10, 1 * SECOND, 'a.exe'), WEB);
  agent.take(start(11, 2 * SECOND, 'b.exe', 10), WEB);
  agent.take(start(12, WINDOW + SECOND, 'c.exe', 11), WEB);
  agent.take(exit(12, WINDOW + 2 * SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans), [
    'container web, 0.5s',
    '  exec a.exe, 30s, running',
    '    exec b.exe, 30s, running',
    'container web (continued), 0s, continued, 1 link',
    '  exec a.exe, 1s, running, continued, 1 link',
    '    exec b.exe, 1s, running, continued, 1 link',
    '      exec c.exe, 1s',
  ]);
  const [first, a, b] = agent.spans;
  const links = agent.spans.flatMap((span) => span.links.map(({ context }) => context.spanId));
  assert.deepEqual(new Set(links), new Set([first, a, b].map((span) => span?.spanContext().spanId)));
});

test('a parent in another tree is linked to', () => {
  const agent = watching();
  agent.take(start(10, 0, 'vmcompute.exe'));
  agent.take(start(11, SECOND, 'smss.exe', 10), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans), [
    'host (continued), 0s, continued, 1 link',
    '  exec vmcompute.exe, 1s, running',
    'container web, 0.5s',
    '  exec smss.exe, 0s, running, 1 link',
  ]);
  const vmcompute = agent.spans.find(({ name }) => name.includes('vmcompute'));
  const smss = agent.spans.find(({ name }) => name.includes('smss'));
  assert.equal(smss?.links[0]?.context.spanId, vmcompute?.spanContext().spanId);
});

test('a parent that no record told of is in its child’s tree, if it is of its session', () => {
  const agent = watching();
  // Attribution did not know whose it was.
  agent.stamp(rundown(9, 0, 'services.exe', -MINUTE));
  agent.take(lifeRecord('process.start', 10, SECOND, { name: 'a.exe', parentPid: 9, session: 3 }), WEB);
  agent.stamp(lifeRecord('process.rundown', 8, SECOND, { name: 'host.exe', created: -MINUTE, session: 0 }));
  agent.take(lifeRecord('process.start', 11, SECOND, { name: 'b.exe', parentPid: 8, session: 0 }), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans).slice(1), [
    '  exec services.exe, 0s, running, continued, 1 link',
    '    exec a.exe, 0s, running',
    '  exec b.exe, 0s, running',
  ]);
});

test('who was met before it was told of stands below its parent, if that is told in time', () => {
  const agent = watching();
  agent.take(eventRecord(11, SECOND), WEB);
  agent.take(rundown(10, 2 * SECOND, 'a.exe', -MINUTE), WEB);
  agent.take(rundown(11, 2 * SECOND, 'b.exe', -MINUTE + SECOND, 10), WEB);
  agent.forest.end();
  assert.deepEqual(treesOf(agent.spans), [
    'container web, 0.5s',
    '  exec a.exe, 1s, running, continued, 1 link',
    '    exec b.exe, 1s, running, continued',
  ]);
});

test('events that are named are spans too, each once', () => {
  const agent = watching({ events: new Set(['file.create']) });
  agent.take(start(10, 1, 'a.exe'), WEB);
  const event = eventRecord(10, 2);
  for (let twice = 0; twice < 2; twice++) agent.take(event, WEB);
  agent.take(eventRecord(10, 3, undefined, { eventName: 'file.delete' }), WEB);
  agent.forest.end();
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.split(',')[0]),
    ['container web', '  exec a.exe', '    file.create'],
  );
});

test('what trails behind an exit in a later window ends at once', () => {
  const agent = watching();
  agent.take(start(10, WINDOW - 3, 'a.exe'), WEB);
  agent.take(exit(10, WINDOW - 2), WEB);
  agent.take(eventRecord(10, WINDOW + 1), WEB);
  assert.equal(agent.forest.sizes.open, 0);
  assert.equal(agent.spans.length, 4);
});

test('a record of no process, or of which it is not known whose it is, is in no trace', () => {
  const agent = watching();
  assert.equal(agent.forest.take(eventRecord(10, 2)), 'no_trace');
  const ids = { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1'), traceFlags: 1 };
  assert.equal(agent.forest.take(eventRecord(10, 2).with({ spanContext: ids })), 'no_trace');
  agent.forest.end();
  assert.equal(agent.spans.length, 0);
});
