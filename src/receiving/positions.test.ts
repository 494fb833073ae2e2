import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Positions } from './positions.ts';

test('it is where the first that is open begins, in whatever order they settle', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(counts, fc.nat(100), fc.infiniteStream(fc.nat()), (sizes, start, picks) => {
      let told = 0;
      const positions = new Positions(start, () => told++);
      const open = sizes.map((size, i) => ({ i, settle: positions.take(size) }));
      const isOpen = new Set(open.map(({ i }) => i));
      while (open.length > 0) {
        const [one] = open.splice(Number(picks.next().value) % open.length, 1);
        one?.settle();
        isOpen.delete(one?.i ?? -1);
        const first = Math.min(...isOpen, sizes.length);
        assert.equal(positions.settled, start + sizes.slice(0, first).reduce((a, b) => a + b, 0));
      }
      assert.ok(told > 0 && told <= sizes.length);
    }),
  );
});
