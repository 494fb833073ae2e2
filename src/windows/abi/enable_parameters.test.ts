import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { ProviderFilters } from '../sessions/control.ts';
import { enableParameters, filterProblem } from './enable_parameters.ts';

const BASE = 0x7fff_0000_1000n;

/** Encoded, as a reader of the memory sees it: the pointers followed. */
function read(filters: ProviderFilters, enableProperties = 0) {
  const bytes = Buffer.from(enableParameters({ enableProperties, filters }, () => BASE));
  const count = bytes.readUInt32LE(40);
  const first = count === 0 ? 0 : Number(bytes.readBigUInt64LE(32) - BASE);
  return {
    version: bytes.readUInt32LE(0),
    property: bytes.readUInt32LE(4),
    filters: Array.from({ length: count }, (_, i) => {
      const at = Number(bytes.readBigUInt64LE(first + 16 * i) - BASE);
      const size = bytes.readUInt32LE(first + 16 * i + 8);
      return [
        bytes.readUInt32LE(first + 16 * i + 12).toString(16),
        bytes.subarray(at, at + size).toString('hex'),
      ];
    }),
  };
}

test('without filters', () => {
  assert.deepEqual(read({}, 0x481), { version: 2, property: 0x481, filters: [] });
  assert.deepEqual(read({ pids: [], executables: [], eventIds: { in: true, ids: [] } }).filters, []);
});

test('each kind of filter', () => {
  const { filters } = read({
    eventIds: { in: true, ids: [5, 0x1234] },
    pids: [4, 70_000],
    executables: ['a.exe', 'b'],
  });
  assert.deepEqual(filters, [
    ['80000200', '0100020005003412'],
    ['80000004', '0400000070110100'],
    ['80000008', Buffer.from('a.exe;b\0', 'utf16le').toString('hex')],
  ]);
  assert.deepEqual(read({ eventIds: { in: false, ids: [1] } }).filters, [['80000200', '000001000100']]);
});

const PROBLEMS: readonly (readonly [string, ProviderFilters, RegExp | undefined])[] = [
  ['64 ids', { eventIds: { in: true, ids: Array.from({ length: 64 }, (_, i) => i) } }, undefined],
  ['65 ids', { eventIds: { in: true, ids: Array.from({ length: 65 }, (_, i) => i) } }, /takes 64/],
  ['an id too large', { eventIds: { in: true, ids: [65_536] } }, /0 to 65535/],
  ['9 pids', { pids: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, /takes 8/],
  ['half a pid', { pids: [1.5] }, /process ids are/],
  ['a name that is two', { executables: ['a;b'] }, /semicolon/],
  ['no name', { executables: [''] }, /empty/],
  ['names that fit', { executables: ['x'.repeat(511)] }, undefined],
  ['names too long', { executables: ['x'.repeat(512)] }, /511 characters/],
];
for (const [title, filters, problem] of PROBLEMS) {
  test(title, () => {
    const found = filterProblem(filters);
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', problem);
  });
}
