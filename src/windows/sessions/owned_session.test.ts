import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeControl, FakeLiveness } from '../../../test/support/fake_sessions.ts';
import { attach } from './attached_session.ts';
import { stopLeftOver } from './left_over.ts';
import { startOwned } from './owned_session.ts';
import { claimName, sessionGuid } from './owner.ts';

const SETTINGS = {
  name: 'sigel-events',
  bufferSizeKiB: 64,
  minimumBuffers: 8,
  maximumBuffers: 64,
  flushMilliseconds: 250,
  clock: 'qpc',
  systemLogger: false,
  enableFlags: 0,
} as const;
const OURS = sessionGuid('sigel-events');
const THEIRS = '11111111-2222-3333-4444-555555555555';

function host() {
  const control = new FakeControl();
  const liveness = new FakeLiveness();
  return { control, liveness, start: () => startOwned(control, liveness, SETTINGS) };
}

test('a session starts, and stops in order', () => {
  const { control, liveness, start } = host();
  const result = start();
  assert.ok(result.kind === 'started');
  assert.equal(result.tookOver, undefined);
  assert.deepEqual(result.notes, []);
  assert.deepEqual([...liveness.held], [claimName(OURS)]);
  assert.equal(result.session.facts().kind, 'ok');
  control.calls.length = 0;
  assert.equal(result.session.flush().kind, 'ok');
  const stopped = result.session.stop();
  assert.equal(stopped.kind === 'ok' && stopped.value.guid, OURS);
  assert.equal(result.session.stop(), stopped);
  assert.deepEqual(control.calls, ['flush sigel-events', 'flush sigel-events', 'stop sigel-events']);
  assert.deepEqual([control.sessions.size, liveness.held.size], [0, 0]);
});

test('a stop that fails lets go of the claim', () => {
  const { control, liveness, start } = host();
  const result = start();
  assert.ok(result.kind === 'started');
  control.errors.stop = [5];
  assert.equal(result.session.stop().kind, 'failed');
  assert.equal(liveness.held.size, 0);
});

test('a session whose owner was killed is taken over', () => {
  const { control, liveness, start } = host();
  assert.equal(start().kind, 'started');
  liveness.kill();
  control.add('sigel-events', OURS, { eventsLost: 7 });
  const again = start();
  assert.ok(again.kind === 'started');
  assert.equal(again.tookOver?.eventsLost, 7);
  assert.equal(control.sessions.size, 1);
});

test('a session whose owner lives is refused', () => {
  const { control, start } = host();
  assert.equal(start().kind, 'started');
  control.calls.length = 0;
  const second = start();
  assert.ok(second.kind === 'refused');
  assert.equal(second.refusal.reason, 'owner_lives');
  assert.match(second.refusal.message, /another Sigel that is running/);
  assert.deepEqual(control.calls, []);
});

test("somebody else's session is never touched", () => {
  const { control, liveness, start } = host();
  control.add('Sigel-Events', THEIRS);
  const result = start();
  assert.ok(result.kind === 'refused');
  assert.equal(result.refusal.reason, 'foreign');
  assert.match(
    `${result.refusal.message}; ${result.refusal.advice}`,
    /Sigel-Events .*11111111-.*logman stop/,
  );
  assert.deepEqual(control.calls, ['query sigel-events']);
  assert.equal(liveness.held.size, 0);
});

const ERRORS = [
  ['asking is denied', { query: [5] }, 'ERROR_ACCESS_DENIED', 1],
  ['no slot', { start: [1450] }, 'ERROR_NO_SYSTEM_RESOURCES', 2],
  ['it exists, but under no name that we know', { start: [183, 183] }, 'ERROR_ALREADY_EXISTS', 4],
] as const;
for (const [title, errors, name, calls] of ERRORS) {
  test(`refused: ${title}`, () => {
    const { control, liveness, start } = host();
    for (const [method, codes] of Object.entries(errors))
      control.errors[method as 'query' | 'start'] = [...codes];
    const result = start();
    assert.ok(result.kind === 'refused');
    assert.equal(result.refusal.reason, 'failed');
    assert.equal(result.refusal.error?.name, name);
    assert.notEqual(result.refusal.advice, undefined);
    assert.equal(control.calls.length, calls);
    assert.equal(liveness.held.size, 0);
  });
}

test('refused: the claim fails', () => {
  const { control, liveness, start } = host();
  liveness.error = 8;
  const result = start();
  assert.equal(result.kind === 'refused' && result.refusal.reason, 'failed');
  assert.deepEqual(control.calls, []);
});

test('refused: what is left cannot be stopped', () => {
  const { control, start } = host();
  control.add('sigel-events', OURS);
  control.errors.stop = [5];
  const result = start();
  assert.equal(result.kind === 'refused' && result.refusal.error?.name, 'ERROR_ACCESS_DENIED');
});

test('what is left ends by itself while it is stopped', () => {
  const { control, start } = host();
  control.add('sigel-events', OURS);
  control.errors.stop = [4201];
  control.onCall = (call) => {
    if (call.startsWith('stop')) control.sessions.clear();
  };
  const result = start();
  assert.ok(result.kind === 'started');
  assert.equal(result.tookOver, undefined);
});

for (const [title, guid, kind] of [
  ['ours', OURS, 'started'],
  ["somebody else's", THEIRS, 'refused'],
] as const) {
  test(`a session that appears between asking and starting: ${title}`, () => {
    const { control, start } = host();
    control.onCall = (call) => {
      if (call.startsWith('start') && control.calls.length === 2) control.add('sigel-events', guid);
    };
    const result = start();
    assert.equal(result.kind, kind);
    assert.equal(control.sessions.get('sigel-events')?.guid, guid);
    if (result.kind === 'refused') assert.equal(result.refusal.reason, 'foreign');
  });
}

test('what Windows made otherwise is said', () => {
  const { control, start } = host();
  control.onCall = (call) => {
    if (call !== 'query sigel-events' || control.calls.length < 3) return;
    control.add('sigel-events', OURS, { flushMilliseconds: 1000, bufferSizeKiB: 32, maximumBuffers: 60 });
  };
  const result = start();
  assert.ok(result.kind === 'started');
  assert.equal(result.notes.length, 3);
  assert.match(result.notes[0] ?? '', /every 1 s instead of 250 ms/);
});

test('attaching only asks', () => {
  const { control } = host();
  assert.equal(attach(control, 'Theirs').kind, 'failed');
  control.add('Theirs', THEIRS, { eventsLost: 3 });
  const attached = attach(control, 'theirs');
  assert.ok(attached.kind === 'ok');
  const facts = attached.value.facts();
  assert.equal(facts.kind === 'ok' && facts.value.eventsLost, 3);
  assert.ok(control.calls.every((call) => call.startsWith('query')));
});

test('what is left under any name is stopped, nothing else', () => {
  const { control, liveness, start } = host();
  assert.equal(start().kind, 'started');
  control.add('sigel-old', sessionGuid('sigel-old'), { eventsLost: 2 });
  control.add('theirs', THEIRS);
  // Not the mark of its own name: somebody copied ours.
  control.add('copied', OURS);
  const { stopped, errors } = stopLeftOver(control, liveness);
  assert.deepEqual(
    stopped.map(({ name, eventsLost }) => [name, eventsLost]),
    [['sigel-old', 2]],
  );
  assert.deepEqual(errors, []);
  assert.deepEqual([...control.sessions.keys()], ['sigel-events', 'theirs', 'copied']);
});

test('stopping what is left: errors are told', () => {
  const { control, liveness } = host();
  control.errors.list = [5];
  assert.equal(stopLeftOver(control, liveness).errors[0]?.name, 'ERROR_ACCESS_DENIED');
  control.add('sigel-events', OURS);
  control.errors.stop = [5];
  assert.equal(stopLeftOver(control, liveness).errors.length, 1);
  liveness.error = 8;
  assert.equal(stopLeftOver(control, liveness).errors[0]?.name, 'ERROR_NOT_ENOUGH_MEMORY');
});
