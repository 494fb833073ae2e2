import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComponentStatus } from './component_status.ts';

test('what is not well counts while it runs, and passes', () => {
  const status = new ComponentStatus();
  let away: string | undefined = 'the peer is away';
  status.watch(() => away);
  status.watch(() => undefined);
  assert.deepEqual(status.now(), { kind: 'starting', reasons: [] });
  status.enter('ok');
  assert.deepEqual(status.now(), { kind: 'recoverable_error', reasons: ['the peer is away'] });
  away = undefined;
  assert.deepEqual(status.now(), { kind: 'ok', reasons: [] });
  status.enter('stopping');
  away = 'again';
  assert.deepEqual(status.now(), { kind: 'stopping', reasons: [] });
});

test('a failure is for good, and the first one is told', () => {
  const status = new ComponentStatus();
  status.fail('no such file');
  status.fail('and more');
  status.enter('stopped');
  assert.deepEqual(status.now(), { kind: 'permanent_error', reasons: ['no such file'] });
});

test('a long reason is cut', () => {
  const status = new ComponentStatus();
  status.fail('x'.repeat(10_000));
  assert.equal(status.now().reasons[0]?.length, 301);
});

test('what is shown is read when somebody looks, of everybody who shows it', () => {
  const status = new ComponentStatus();
  let schemas = 1;
  status.show('schemas', () => ({ providers: 1, schemas }));
  status.show('schemas', () => ({ providers: 2, schemas: 0 }));
  schemas = 7;
  assert.deepEqual(status.shown('schemas'), [
    { providers: 1, schemas: 7 },
    { providers: 2, schemas: 0 },
  ]);
  assert.deepEqual(status.shown('rules'), []);
});
