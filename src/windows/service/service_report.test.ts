import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceReport } from './service_report.ts';

/** What Windows is told: state, accepted controls, exit code, own exit code, checkpoint, hint. */
function told(t: import('node:test').TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const all: number[][] = [];
  const report = new ServiceReport((status) => {
    const [type, ...rest] = status;
    assert.equal(type, 0x10);
    all.push(rest);
  });
  return { report, all, wait: (ms: number) => t.mock.timers.tick(ms) };
}

test('a start and a stop are told again with a growing checkpoint, until they are through', (t) => {
  const { report, all, wait } = told(t);
  report.starting();
  wait(10_000);
  report.running();
  wait(60_000);
  report.stopping();
  wait(5_000);
  report.stopped(0);
  wait(60_000);
  assert.deepEqual(all, [
    [2, 0, 0, 0, 1, 30_000],
    [2, 0, 0, 0, 2, 30_000],
    [2, 0, 0, 0, 3, 30_000],
    [4, 0x109, 0, 0, 0, 0],
    [3, 0, 0, 0, 1, 30_000],
    [3, 0, 0, 0, 2, 30_000],
    [1, 0, 0, 0, 0, 0],
  ]);
});

test('a failure has the code of the service’s own', (t) => {
  const { report, all } = told(t);
  report.stopped(2);
  assert.deepEqual(all, [[1, 0, 1066, 2, 0, 0]]);
});

test('what was asked to stop has not failed: Windows would start it again', (t) => {
  const { report, all } = told(t);
  report.stopping();
  report.stopped(1);
  assert.deepEqual(all.at(-1), [1, 0, 0, 0, 0, 0]);
});

test('what runs when it was already asked to stop is still stopping', (t) => {
  const { report, all } = told(t);
  report.starting();
  report.stopping();
  report.running();
  assert.deepEqual(
    all.map(([state]) => state),
    [2, 3],
  );
  report.stopped(0);
});
