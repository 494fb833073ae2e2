import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KERNEL_CLASSES, kernelClass } from './kernel_groups.ts';

for (const [group, type, name, guid] of [
  [0x00, 0, 'EventTrace', '68fdd900-4a3e-11d1-84f4-0000f80464e3'],
  [0x01, 10, 'DiskIo', '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c'],
  [0x02, 32, 'PageFault', '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c'],
  [0x03, 1, 'Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c'],
  [0x03, 10, 'Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518'],
  [0x04, 64, 'FileIo', '90cbdc39-4a3e-11d1-84f4-0000f80464e3'],
  [0x05, 10, 'Thread', '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c'],
  [0x0b, 10, 'SystemConfig', '01853a65-418f-4f36-aefc-dc0f1d2fd235'],
  [0x14, 2, 'Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518'],
  [0x18, 32, 'StackWalk', 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3'],
  [0x1f, 1, 'group-0x1f', null],
  [0xff, 255, 'group-0xff', null],
] as const) {
  test(`group ${group} type ${type} is ${name}`, () => {
    assert.deepEqual(kernelClass(group, type), { guid, name });
  });
}

test('every group has a class, and no two groups share a name but for images', () => {
  assert.equal(KERNEL_CLASSES.length, 256);
  assert.equal(new Set(KERNEL_CLASSES.map(({ name }) => name)).size, 256);
});
