import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import { groupByScope } from './group.ts';

const [r1, r2] = [resourceFromAttributes({ a: 1 }), resourceFromAttributes({ a: 1 })];
const [s1, s2] = [{ name: 's' }, { name: 's' }];
const item = (resource: typeof r1, instrumentationScope: typeof s1, n: number) => ({
  resource,
  instrumentationScope,
  n,
});

test('groups by the identity of resource and scope, in the order of their first items', () => {
  const items = [item(r1, s1, 1), item(r2, s1, 2), item(r1, s2, 3), item(r1, s1, 4), item(r2, s1, 5)];
  const groups = [...groupByScope(items)].map(([resource, scopes]) => [
    resource === r1 ? 'r1' : 'r2',
    [...scopes].map(([scope, members]) => [scope === s1 ? 's1' : 's2', members.map(({ n }) => n)]),
  ]);
  assert.deepEqual(groups, [
    [
      'r1',
      [
        ['s1', [1, 4]],
        ['s2', [3]],
      ],
    ],
    ['r2', [['s1', [2, 5]]]],
  ]);
});

test('nothing makes no groups', () => {
  assert.equal(groupByScope([]).size, 0);
  assert.equal(groupByScope([item(emptyResource(), s1, 1)]).size, 1);
});
