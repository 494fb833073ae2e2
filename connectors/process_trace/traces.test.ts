import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internResource } from '../../src/model/resource.ts';
import { TraceOwner } from '../../src/process/trace_owner.ts';
import { at } from '../../test/support/process_records.ts';
import { MINUTE, WINDOW } from '../../test/support/process_traces.ts';
import { Clock } from './clock.ts';
import { TraceSpan } from './trace_span.ts';
import { Traces } from './traces.ts';

const MANY = 110_000;

/** The traces of one host, of which `forgotten` lists those that are over. */
function world() {
  const clock = new Clock(at(0));
  const forgotten: string[] = [];
  const traces = new Traces('process_trace', 2 * MANY, true, ({ id }) => forgotten.push(id));
  const host = new TraceOwner('node', 'node', WINDOW);
  const open = (time: number) =>
    traces.open(host.enter(clock.time), at(time), internResource({}), clock) ?? assert.fail();
  const add = (trace: ReturnType<typeof open>, count: number) => {
    for (let i = 0; i < count; i++) trace.add(new TraceSpan(trace, String(i), 'told'));
  };
  return { clock, forgotten, traces, open, add };
}

test('a trace that is over lets go of its spans', () => {
  const { clock, forgotten, traces, open, add } = world();
  const trace = open(0);
  add(trace, 10);
  clock.hear(at(2 * WINDOW));
  traces.forget(0);
  assert.deepEqual(forgotten, [trace.id]);
  assert.equal(trace.find('1'), undefined);
});

test('what a process adds to a trace that is over is no burden to the others', () => {
  const { clock, forgotten, traces, open, add } = world();
  const over = open(0);
  clock.hear(at(2 * WINDOW));
  traces.forget(0);
  add(over, MANY);
  open(2 * WINDOW);
  traces.forget(MINUTE);
  assert.deepEqual(forgotten, [over.id]);
  assert.equal(traces.size, 1);
});

test('where all traces together are too much, the oldest are over', () => {
  const { clock, forgotten, traces, open, add } = world();
  const first = open(0);
  add(first, MANY);
  clock.hear(at(WINDOW));
  const second = open(WINDOW);
  traces.forget(MINUTE);
  assert.deepEqual(forgotten, [first.id]);
  assert.equal(traces.find(second.id), second);
});
