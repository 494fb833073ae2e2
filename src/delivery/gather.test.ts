import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { numbers } from '../../test/support/senders.ts';
import { Gatherer, type Unit } from './gather.ts';

test('units keep the order and the limits, and account for every item of every request', () => {
  const sizes = fc.record({ min_size: fc.nat({ max: 12 }), max_size: fc.constantFrom(0, 12, 20) });
  const batches = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, batches, (config, counts) => {
      const units: Unit<number>[] = [];
      const gatherer = new Gatherer<number, { batch: readonly number[] }>(
        { ...config, sizer: 'items', flush_timeout: 60_000 },
        () => 0,
        (unit) => units.push(unit),
      );
      let next = 1;
      const requests = counts.map((count) => {
        const request = { batch: numbers(count, next) };
        next += count;
        gatherer.add(request);
        return request;
      });
      for (const { items } of units) assert.ok(items.length >= config.min_size, 'nothing leaves early');
      gatherer.flush();
      assert.deepEqual(
        units.flatMap(({ items }) => items),
        numbers(next - 1),
      );
      const settled = new Map(requests.map((request) => [request, 0]));
      for (const { items, parts } of units) {
        assert.ok(config.max_size === 0 || items.length <= config.max_size);
        assert.equal(
          parts.reduce((sum, { count }) => sum + count, 0),
          items.length,
        );
        for (const { request, count } of parts)
          settled.set(
            request as (typeof requests)[number],
            (settled.get(request as (typeof requests)[number]) ?? 0) + count,
          );
      }
      for (const [{ batch }, count] of settled) assert.equal(count, batch.length);
    }),
  );
});

test('what is not enough goes after the time', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly number[]>();
  const gatherer = new Gatherer<number, { batch: readonly number[] }>(
    { flush_timeout: 5, sizer: 'items', min_size: 10, max_size: 0 },
    () => 0,
    ({ items }) => resolve(items),
  );
  gatherer.add({ batch: [1, 2] });
  gatherer.add({ batch: [3] });
  assert.deepEqual(await promise, [1, 2, 3]);
});

test('by bytes: no unit is larger than it may be, but for a single item that is', () => {
  const units: (readonly number[])[] = [];
  const sum = (batch: readonly number[]) => batch.reduce((a, b) => a + b, 0);
  const gatherer = new Gatherer<number, { batch: readonly number[] }>(
    { sizer: 'bytes', min_size: 10, max_size: 12, flush_timeout: 60_000 },
    sum,
    ({ items }) => units.push(items),
  );
  gatherer.add({ batch: [4, 5] });
  assert.deepEqual(units, []);
  gatherer.add({ batch: [3, 3, 20] });
  gatherer.add({ batch: [1] });
  gatherer.flush();
  assert.deepEqual(units, [[4, 5, 3], [3], [20], [1]]);
});
