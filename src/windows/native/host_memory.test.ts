import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLimit } from './host_memory.ts';

for (const [title, flags, limit] of [
  ['no limit of memory', 0x2000, undefined],
  ['of each process', 0x100, 300],
  ['of the job', 0x200, 200],
  ['both: the lower one', 0x300, 200],
] as const) {
  test(`limits of a job: ${title}`, () => {
    const view = new DataView(new ArrayBuffer(144));
    view.setUint32(16, flags, true);
    view.setBigUint64(112, 300n, true);
    view.setBigUint64(120, 200n, true);
    assert.equal(memoryLimit(view), limit);
  });
}
