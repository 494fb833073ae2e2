import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internResource } from './resource.ts';

test('equal resources are one object, whatever the order of their attributes', () => {
  const one = internResource({ 'host.name': 'n1', 'os.type': 'windows' });
  assert.equal(internResource({ 'os.type': 'windows', 'host.name': 'n1' }), one);
  assert.deepEqual(one.attributes, { 'host.name': 'n1', 'os.type': 'windows' });
});

test('different resources are different objects', () => {
  const one = internResource({ a: '1' });
  for (const other of [
    internResource({ a: 1 }),
    internResource({ a: ['1'] }),
    internResource({ a: '1' }, 'https://s'),
  ]) {
    assert.notEqual(other, one);
  }
});

test('the cache is bounded and keeps what is in use', () => {
  const used = internResource({ used: true });
  const early = internResource({ early: true });
  for (let i = 0; i < 5000; i++) {
    internResource({ i });
    assert.equal(internResource({ used: true }), used);
  }
  assert.notEqual(internResource({ early: true }), early);
});
