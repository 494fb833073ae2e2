import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventRecord } from '../../test/support/process_records.ts';
import {
  detectionOf,
  exit,
  fromThread,
  SECOND,
  start,
  type TestContainer,
  treesOf,
  WEB,
  WINDOW,
  watching,
} from '../../test/support/process_traces.ts';

test('beyond the bound of a trace only detections come, and the processes above them', () => {
  const agent = watching({ maxSpansPerTrace: 2 });
  for (const pid of [10, 11, 12, 13]) agent.take(start(pid, pid, `p${pid}.exe`, pid - 1), WEB);
  const event = agent.stamp(eventRecord(12, 20), WEB);
  for (const pid of [13, 12, 11, 10]) agent.take(exit(pid, 30), WEB);
  assert.deepEqual(agent.leftOut, ['max_spans_per_trace', 'max_spans_per_trace']);
  assert.equal(treesOf(agent.spans).length, 3);
  agent.forest.take(detectionOf(event, 'r'));
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.trim().split(',')[0]),
    ['container web', 'exec p10.exe', 'exec p11.exe', 'exec p12.exe', 'detection: r'],
  );
});

test('with only detections, what waited in their traces comes with them, and what comes later above them', () => {
  const agent = watching({ onlyDetections: true, decisionWait: 10 * SECOND });
  const other: TestContainer = { id: 'api', created: 0 };
  agent.take(start(10, 1, 'a.exe'), WEB);
  agent.take(start(20, 1, 'quiet.exe'), other);
  for (const pid of [11, 12]) {
    agent.take(start(pid, pid * SECOND, `p${pid}.exe`, 10), WEB);
    agent.take(exit(pid, pid * SECOND + 1), WEB);
  }
  agent.take(exit(20, 13 * SECOND), other);
  // p11 has waited in vain by now.
  const event = agent.stamp(eventRecord(10, 22 * SECOND), WEB);
  agent.forest.take(event);
  assert.equal(agent.spans.length, 0);
  agent.forest.take(detectionOf(event, 'r'));
  agent.take(exit(10, 23 * SECOND), WEB);
  agent.forest.end();
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.split(',')[0]),
    ['container web', '  exec a.exe', '    exec p12.exe', '    detection: r'],
  );
  assert.deepEqual(agent.leftOut, ['sampled', 'sampled']);
});

test('above the bound of what waits, the oldest is not waited for', () => {
  const agent = watching({ maxPending: 2 });
  for (const pid of [10, 11, 12]) agent.take(start(pid, pid, `p${pid}.exe`), WEB);
  agent.forest.wait(0);
  assert.deepEqual(
    agent.spans.map(({ name }) => name),
    ['container web', 'exec p10.exe'],
  );
  assert.equal(agent.forest.sizes.open, 2);
});

test('a trace that is over takes nothing more', () => {
  const agent = watching();
  const late = agent.stamp(start(11, 5, 'late.exe'), WEB);
  agent.take(start(10, 1, 'a.exe'), WEB);
  agent.take(eventRecord(10, 3 * WINDOW), WEB);
  assert.equal(agent.forest.take(late), 'late');
  assert.equal(new Set(agent.spans.map((span) => span.spanContext().spanId)).size, agent.spans.length);
  assert.equal(agent.forest.sizes.traces, 1);
});

test('a detection from another thread is told beyond the bound, too', () => {
  const agent = watching({ maxSpansPerTrace: 1 });
  for (const pid of [10, 11]) agent.take(start(pid, pid, `p${pid}.exe`, pid - 1), WEB);
  const event = agent.stamp(eventRecord(11, 20), WEB);
  agent.take(exit(11, 30), WEB);
  assert.equal(agent.forest.take(fromThread(event, 'By code')), 'in_trace');
  agent.forest.end();
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.split(',')[0]),
    ['container web', '  exec p10.exe', '    exec p11.exe', '      detection: By code'],
  );
});

test('a trace has as many detections, too', () => {
  const agent = watching({ maxSpansPerTrace: 2 });
  const event = agent.stamp(start(10, 1, 'a.exe'), WEB);
  agent.forest.take(event);
  for (const rule of ['r1', 'r2', 'r3']) agent.forest.take(detectionOf(event, rule));
  assert.equal(agent.spans.filter(({ name }) => name.startsWith('detection')).length, 2);
  assert.deepEqual(agent.leftOut, ['max_spans_per_trace']);
});

test('with only detections, what has ended makes room for what runs', () => {
  const agent = watching({ onlyDetections: true, maxPending: 3 });
  const event = agent.stamp(start(10, 1, 'server.exe'), WEB);
  agent.forest.take(event);
  for (const pid of [11, 12, 13, 14]) {
    agent.take(start(pid, pid, 'tool.exe', 10), WEB);
    agent.take(exit(pid, pid), WEB);
  }
  agent.take(exit(10, SECOND), WEB);
  agent.forest.take(detectionOf(event, 'r'));
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.trim()),
    [
      'container web, 0.5s',
      'exec server.exe, 0.999999s',
      'detection: r, 0s, ERROR',
      ...Array(2).fill('exec tool.exe, 0s'),
    ],
  );
  assert.deepEqual(agent.leftOut, ['sampled', 'sampled']);
});

test('with only detections, what ended and waited in vain is let go of, but by what is below it', () => {
  const agent = watching({ onlyDetections: true, decisionWait: 10 * SECOND });
  const shell = agent.stamp(start(10, 1, 'cmd.exe'), WEB);
  agent.forest.take(shell);
  agent.take(start(11, 2, 'tool.exe', 10), WEB);
  agent.take(exit(10, 3), WEB);
  const event = agent.stamp(eventRecord(11, 20 * SECOND), WEB);
  agent.forest.take(event);
  assert.equal(agent.forest.take(fromThread(shell, 'r')), 'no_trace');
  agent.forest.take(detectionOf(event, 'r'));
  assert.deepEqual(
    treesOf(agent.spans).map((line) => line.trim().split(',')[0]),
    ['container web', 'exec cmd.exe', 'exec tool.exe', 'detection: r'],
  );
});
