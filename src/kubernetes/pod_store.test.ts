import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PodFacts, readPod } from './pod_facts.ts';
import { PodStore } from './pod_store.ts';

function pod(uid: string, labels: Record<string, string> = {}): PodFacts {
  const facts = readPod({ metadata: { uid, name: uid, namespace: 'ns', labels } }, () => true);
  assert.ok(facts !== undefined);
  return facts;
}
/** A store for two pods that keeps deleted ones for 100, with what it told and a clock. */
function made() {
  const told: string[] = [];
  const clock = { now: 0 };
  const store = new PodStore({
    maxPods: 2,
    keepDeletedMs: 100,
    now: () => clock.now,
    onChange: ({ kind, pod: { uid } }) => told.push(`${kind} ${uid}`),
  });
  return { store, told, clock };
}

test('a pod that says the same again is the same object, and no change', () => {
  const { store, told } = made();
  const first = pod('a', { app: 'web' });
  store.put(first);
  store.put(pod('a', { app: 'web' }));
  assert.equal(store.get('a'), first);
  store.put(pod('a', { app: 'shop' }));
  assert.equal(store.get('a')?.labels.get('app'), 'shop');
  assert.deepEqual(told, ['pod a', 'pod a']);
});

test('a deleted pod is kept for its time, and not longer when it is deleted again', () => {
  const { store, told, clock } = made();
  store.put(pod('a'));
  store.delete('a');
  clock.now = 99;
  store.delete('a');
  store.expire();
  assert.ok(store.get('a') !== undefined);
  clock.now = 100;
  store.expire();
  assert.equal(store.get('a'), undefined);
  assert.deepEqual(told, ['pod a', 'forget a']);
});

test('a deleted pod that is there again is kept', () => {
  const { store, clock } = made();
  store.put(pod('a'));
  store.retain(new Set());
  store.put(pod('a'));
  clock.now = 1000;
  store.expire();
  assert.ok(store.get('a') !== undefined);
});

test('no more pods than there is room for: deleted ones go first, then new ones are left out', () => {
  const { store, told } = made();
  for (const uid of ['a', 'b']) store.put(pod(uid));
  store.delete('b');
  store.put(pod('c'));
  store.put(pod('d'));
  assert.deepEqual(
    [store.get('b'), store.get('d'), store.size, store.overflowed],
    [undefined, undefined, 2, 2],
  );
  store.put(pod('a', { app: 'web' }));
  assert.equal(store.get('a')?.labels.size, 1, 'those that are known still change');
  assert.deepEqual(told, ['pod a', 'pod b', 'forget b', 'pod c', 'pod a']);
});

test('a list leaves only what it holds', () => {
  const { store, clock } = made();
  for (const uid of ['a', 'b']) store.put(pod(uid));
  store.retain(new Set(['b']));
  clock.now = 100;
  store.expire();
  assert.deepEqual([store.get('a'), store.get('b')?.uid], [undefined, 'b']);
});
