import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeControl, FakeLiveness } from '../../../test/support/fake_sessions.ts';
import { EnableProperty } from '../abi/constants.ts';
import { sessionGuid } from '../sessions/owner.ts';
import { planSessions } from './plan_sessions.ts';
import type { SessionPlan } from './platform.ts';
import { sessionsConfig } from './sessions_config.ts';

const KERNEL_PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const DNS = '1c95126e-7eea-49a9-a3fe-a378b03ddb4d';

function host(control = new FakeControl(), liveness = new FakeLiveness(), build = 20348) {
  return { control, liveness, knowledge: { registered: () => [] }, build, processors: 4 };
}

function planned(config: unknown, on = host(), suffix?: string): readonly SessionPlan[] {
  const plans = planSessions(sessionsConfig.parse(config), on, suffix === undefined ? {} : { suffix });
  return plans.kind === 'ok' ? plans.value : assert.fail(plans.error.message);
}

function problems(config: unknown, on = host()): string {
  const plans = planSessions(sessionsConfig.parse(config), on);
  return plans.kind === 'failed' ? plans.error.message : assert.fail('it was planned');
}

const OWN = { sessions: [{ name: 'own', providers: [{ provider: DNS }] }] };

describe('plan of sessions', () => {
  test('a preset is two sessions; the lifecycle of processes is shed last', () => {
    const on = host();
    const plans = planned({ preset: 'security' }, on);
    assert.deepEqual(
      plans.map(({ name, shedLast }) => [name, shedLast]),
      [
        ['sigel-lifecycle', true],
        ['sigel-events', false],
      ],
    );
    for (const plan of plans) assert.equal(plan.open().kind, 'ok', plan.name);
    const { control } = on;
    assert.equal(control.sessions.get('sigel-lifecycle')?.guid, sessionGuid('sigel-lifecycle'));
    assert.ok(control.enabled.some(({ guid }) => guid === KERNEL_PROCESS));
    assert.ok(control.calls.some((call) => call.startsWith('captureState')));
    const dns = control.enabled.find(({ guid }) => guid === DNS);
    assert.deepEqual(dns?.filters.eventIds, { in: true, ids: [3006, 3008, 3020] });
    assert.ok(
      ((dns?.enableProperties ?? 0) & EnableProperty.enableSilos) !== 0,
      'events of containers arrive',
    );
  });

  test('before Server 2022 the kernel logger is had by flags', () => {
    const on = host(new FakeControl(), new FakeLiveness(), 17763);
    assert.equal(planned({ preset: 'eolh' }, on)[0]?.open().kind, 'ok');
    assert.deepEqual(
      on.control.enabled.map(({ guid }) => guid),
      [KERNEL_PROCESS],
    );
    assert.equal(on.control.sessions.get('sigel-lifecycle')?.logFileMode, 0x0200_0100);
  });

  test('what is not said has a default', () => {
    const on = host();
    assert.equal(planned(OWN, on)[0]?.open().kind, 'ok');
    const facts = on.control.sessions.get('own');
    assert.deepEqual(
      [
        facts?.bufferSizeKiB,
        facts?.minimumBuffers,
        facts?.maximumBuffers,
        facts?.flushMilliseconds,
        facts?.clock,
      ],
      [64, 8, 248, 1000, 'qpc'],
    );
  });

  test('a suffix is for what is started only', () => {
    const config = { sessions: [...OWN.sessions, { name: 'theirs', attach: true }] };
    assert.deepEqual(
      planned(config, host(), '-record').map(({ name }) => name),
      ['own-record', 'theirs'],
    );
  });

  test('a session of somebody else’s is read, and left as it is', () => {
    const on = host();
    on.control.add('theirs', DNS, { bufferSizeKiB: 256 });
    const opened = planned({ sessions: [{ name: 'theirs', attach: true }] }, on)[0]?.open();
    assert.ok(opened?.kind === 'ok');
    assert.equal(opened.value.facts.bufferSizeKiB, 256);
    assert.equal(opened.value.stop().kind, 'ok');
    assert.ok(on.control.sessions.has('theirs'));
    assert.ok(on.control.calls.every((call) => call.startsWith('query')));
  });

  test('stopping ends ours, and lets another have the name', () => {
    const on = host();
    const [plan = assert.fail()] = planned(OWN, on);
    const opened = plan.open();
    assert.ok(opened.kind === 'ok');
    opened.value.stop();
    assert.equal(on.control.sessions.size, 0);
    assert.equal(on.liveness.held.size, 0);
    assert.equal(plan.open().kind, 'ok');
  });

  test('one that a crash has left is started anew, and that is said', () => {
    const on = host();
    on.control.add('own', sessionGuid('own'), { eventsLost: 7 });
    const opened = planned(OWN, on)[0]?.open();
    assert.ok(opened?.kind === 'ok');
    assert.match(opened.value.notes.join(), /that a Sigel had left was stopped; it had lost 7 events/);
  });

  test('one of the same name that is not ours is refused, with what to do', () => {
    const on = host();
    on.control.add('own', DNS);
    const opened = planned(OWN, on)[0]?.open();
    assert.ok(opened?.kind === 'failed');
    assert.match(opened.error.message, /is not Sigel's/);
    assert.match(opened.error.advice ?? '', /another name/);
    assert.ok(on.control.sessions.has('own'));
  });

  test('a provider that Windows does not take costs the others nothing', () => {
    const on = host();
    on.control.takes = ({ guid }) => (guid === DNS ? 5 : 0);
    const providers = [{ provider: DNS }, { provider: KERNEL_PROCESS }];
    const opened = planned({ sessions: [{ name: 'own', providers }] }, on)[0]?.open();
    assert.ok(opened?.kind === 'ok');
    assert.match(opened.value.notes.join(), /1c95126e.* is not recorded: .*ACCESS_DENIED/);
  });

  test('when it takes none of them the session is stopped again', () => {
    const on = host();
    on.control.takes = () => 5;
    assert.equal(planned(OWN, on)[0]?.open().kind, 'failed');
    assert.equal(on.control.sessions.size, 0);
    assert.equal(on.liveness.held.size, 0);
  });

  test('a property that this build does not take is left off, and said', () => {
    const on = host();
    on.control.takes = ({ enableProperties }) =>
      (enableProperties & EnableProperty.enableSilos) === 0 ? 0 : 87;
    const opened = planned(OWN, on)[0]?.open();
    assert.ok(opened?.kind === 'ok');
    assert.match(
      opened.value.notes.join(),
      /is recorded without silos: this build of Windows does not take it/,
    );
  });

  for (const [title, config, said] of [
    ['nothing', {}, /no session is configured: set `preset` or `sessions`/],
    ['changes without a preset', { include: ['x'] }, /`include` and `exclude` change a `preset`/],
    [
      'an exclusion that is not there',
      { preset: 'eolh', exclude: ['disk'] },
      /disk is neither process, file, network/,
    ],
    ['two of a name', { sessions: [OWN.sessions[0], OWN.sessions[0]] }, /two sessions are named own/],
    ['a session without providers', { sessions: [{ name: 'own' }] }, /session own has no providers/],
    [
      'providers in an attached session',
      { sessions: [{ name: 'own', attach: true, kernel: ['process'] }] },
      /session own is only attached to/,
    ],
    [
      'an unknown keyword',
      { sessions: [{ name: 'own', providers: [{ provider: KERNEL_PROCESS, keywords_any: ['PROCESSES'] }] }] },
      /session own: provider 22fb2cd6.*PROCESSES.*PROCESS/,
    ],
  ] as const) {
    test(`refused: ${title}`, () => assert.match(problems(config), said));
  }

  test('refused: the kernel logger of a Windows that has one only', () => {
    const on = host(new FakeControl(), new FakeLiveness(), 7601);
    assert.match(problems({ sessions: [{ name: 'own', kernel: ['process'] }] }, on), /single kernel logger/);
  });
});
