import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderOf } from '../../test/support/signature_files.ts';
import { headReader } from './file_head.ts';

const folder = folderOf({ 'a.exe': 'MZ\x90', 'a.txt': 'text', 'one.bin': 'M', empty: '', 'sub/x': '' });
symlinkSync(join(folder, 'a.exe'), join(folder, 'link'));
const head = headReader(({ shown }) =>
  shown === 'nowhere' ? undefined : { base: folder, parts: shown.split('/'), separator: '/' },
);

const cases: readonly [file: string, kind: string][] = [
  ['a.exe', 'executable'],
  ['a.txt', 'other'],
  ['one.bin', 'other'],
  ['empty', 'other'],
  ['sub', 'unknown'],
  ['link', 'unknown'],
  ['gone', 'unknown'],
  ['nowhere', 'unknown'],
];
for (const [shown, kind] of cases)
  test(`${shown} is ${kind}`, async () => assert.equal(await head({ shown, kernel: undefined }), kind));

test('of too many at once some are not looked at', async () => {
  const kinds = await Promise.all(
    Array.from({ length: 80 }, () => head({ shown: 'a.exe', kernel: undefined })),
  );
  assert.deepEqual([kinds.filter((kind) => kind === 'executable').length, kinds.at(-1)], [64, 'unknown']);
});
