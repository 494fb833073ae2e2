import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeContainers } from '../../test/support/attribution.ts';
import type { Isolation } from './facts.ts';
import { ListedJobs } from './listed_jobs.ts';

const nothing = { siloId: undefined, jobId: undefined, session: undefined };
const cases: readonly (readonly [Isolation, readonly number[], unknown])[] = [
  ['hostprocess', [100, 104], { kind: 'facts', job: { ...nothing, pids: [100, 104] }, lacks: [] }],
  ['hostprocess', [], { kind: 'absent' }],
  ['process', [100], { kind: 'none' }],
  ['hyperv', [100], { kind: 'none' }],
];
for (const [isolation, pids, expected] of cases) {
  test(`containerd lists ${pids.length} pids of a ${isolation} container`, async () => {
    const containerd = new FakeContainers();
    containerd.create('web', 1, { isolation });
    const container = containerd.containers.get('k8s.io', 'web');
    assert.ok(container);
    assert.deepEqual(await new ListedJobs(() => Promise.resolve(pids)).query(container), expected);
  });
}
