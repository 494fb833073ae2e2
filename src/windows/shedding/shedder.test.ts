import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeControl, FakeLiveness } from '../../../test/support/fake_sessions.ts';
import { planSessions } from '../live/plan_sessions.ts';
import { sessionsConfig } from '../live/sessions_config.ts';

/** Calls for providers, with the last keywords that each was enabled with. */
function shed(control: FakeControl, levels: readonly number[]): string[] {
  const config = sessionsConfig.parse({ preset: 'security' });
  const host = { control, liveness: new FakeLiveness(), knowledge: { registered: () => [] } };
  const plans = planSessions(config, { ...host, build: 20348, processors: 4 });
  assert.ok(plans.kind === 'ok');
  const opened = plans.value.map((plan) => plan.open());
  control.calls.length = 0;
  const notes: string[] = [];
  for (const level of levels)
    for (const session of opened) {
      assert.ok(session.kind === 'ok');
      notes.push(...(session.value.shed?.(level) ?? []));
    }
  return [...control.calls.map((call) => call.replace(/\s.*?(?=\S{36})/, ' ')), ...notes];
}

const FILE = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
const REGISTRY = '70eb4f03-c1de-4f73-a051-33d13d5413bd';
const PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';

const cases: readonly [title: string, levels: readonly number[], calls: readonly string[]][] = [
  ['the first level changes nothing of this preset', [1], []],
  ['files and registry', [1, 2], [`disable ${FILE}`, `disable ${REGISTRY}`]],
  ['the same level twice', [2, 2], [`disable ${FILE}`, `disable ${REGISTRY}`]],
  ['modules', [2, 3], [`disable ${FILE}`, `disable ${REGISTRY}`, `enable ${PROCESS}`]],
  ['and back', [2, 1], [`disable ${FILE}`, `disable ${REGISTRY}`, `enable ${FILE}`, `enable ${REGISTRY}`]],
];
for (const [title, levels, calls] of cases)
  test(`shedding: ${title}`, () => assert.deepEqual(shed(new FakeControl(), levels), calls));

test('shedding: what Windows refuses is said, and the others follow', () => {
  const control = new FakeControl();
  control.errors.disable = [5];
  const said = shed(control, [2]);
  assert.equal(said.length, 3);
  assert.match(said.at(-1) ?? '', /^Microsoft-Windows-Kernel-File could not be shed: .*ERROR_ACCESS_DENIED/);
});
