import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServiceStatus } from './service_status.ts';

const CASES = [
  ['running', [16, 4, 5, 0, 0, 0, 0, 4711, 0], { state: 'running', pid: 4711, exitCode: 0 }],
  ['its own exit code', [16, 1, 0, 1066, 2, 0, 0, 0, 0], { state: 'stopped', pid: 0, exitCode: 2 }],
  ['an error of Windows', [16, 1, 0, 1053, 0, 0, 0, 0, 0], { state: 'stopped', pid: 0, exitCode: 1053 }],
  ['never started', [16, 1, 0, 1077, 0, 0, 0, 0, 0], { state: 'stopped', pid: 0, exitCode: 0 }],
  ['a state that is not known', [16, 99, 0, 0, 0, 0, 0, 0, 0], { state: 'unknown', pid: 0, exitCode: 0 }],
] as const;

for (const [title, numbers, expected] of CASES) {
  test(title, () => assert.deepEqual(readServiceStatus(Uint32Array.from(numbers)), expected));
}
