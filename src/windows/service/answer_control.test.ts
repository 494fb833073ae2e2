import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerControl } from './answer_control.ts';
import { ServiceReport } from './service_report.ts';

// What is asked for, what Windows is told (the state, where it is told), and what the handler returns.
const CASES = [
  ['SERVICE_CONTROL_STOP', 1, ['stop'], [3], 0],
  ['SERVICE_CONTROL_PRESHUTDOWN', 15, ['stop'], [3], 0],
  ['SERVICE_CONTROL_PARAMCHANGE', 6, ['reload'], [], 0],
  ['SERVICE_CONTROL_INTERROGATE', 4, [], [], 0],
  ['SERVICE_CONTROL_PAUSE, which is not accepted', 2, [], [], 120],
  ['one of somebody’s own', 200, [], [], 120],
] as const;

for (const [title, control, asked, states, answer] of CASES) {
  test(title, (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const [did, told]: [string[], (number | undefined)[]] = [[], []];
    const report = new ServiceReport((status) => told.push(status[1]));
    const requests = { stop: () => did.push('stop'), reload: () => did.push('reload') };
    assert.equal(answerControl(control, report, requests), answer);
    assert.deepEqual([did, told], [asked, states]);
  });
}
