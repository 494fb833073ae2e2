import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KnownProcess } from './known_process.ts';
import { ProcessNotes } from './process_notes.ts';

describe('notes of processes', () => {
  test('each keeps its own, whoever came first', () => {
    const [one, two] = [new ProcessNotes<{ n: number }>(), new ProcessNotes<{ n: number }>()];
    const [a, b] = [new KnownProcess(1, 0), new KnownProcess(2, 0)];
    one.set(a, { n: 1 });
    two.set(a, { n: 2 });
    two.set(b, { n: 3 });
    one.set(a, { n: 4 });
    two.set(a, { n: 5 });
    assert.deepEqual([one.get(a), two.get(a)], [{ n: 4 }, { n: 5 }]);
    assert.deepEqual([one.get(b), two.get(b)], [undefined, { n: 3 }]);
  });
});
