import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { openPath } from './open_path.ts';

// Links need rights on Windows; the paths are of this system.
const skip = process.platform === 'win32';
const root = mkdtempSync(join(tmpdir(), 'sigel-open-'));
after(() => rmSync(root, { recursive: true }));
const program = join(root, 'program');
mkdirSync(join(program, 'dist', 'src'), { recursive: true });
writeFileSync(join(program, 'dist', 'src', 'main.js'), '');
if (!skip) symlinkSync(tmpdir(), join(program, 'link'));
const node = join(root, 'node', 'node.exe');

const CASES = [
  ['nobody can write', [], undefined],
  ['a file of the program', [['dist/src/main.js', 'content']], 'dist/src/main.js is open'],
  ['a folder of it', [['dist', 'content']], 'dist is open'],
  ['the program itself', [['.', 'content']], ' is open'],
  ['the folder above it, whose own can be replaced', [['..', 'place']], '.. is open'],
  ['who may only add to the folder above changes nothing', [['..', 'content']], undefined],
  ['the other file', [['../node/node.exe', 'content']], '../node/node.exe is open'],
  ['the folder of the other file', [['../node', 'place']], '../node is open'],
  ['a link within, not what it leads to', [['link', 'content']], 'link is open'],
] as const;

for (const [title, open, expected] of CASES) {
  test(title, { skip }, () => {
    const found = openPath([node], program, (path, guarded) =>
      open.some(([name, what]) => join(program, name) === join(path, '.') && what === guarded)
        ? 'is open'
        : undefined,
    );
    const path = expected === undefined ? undefined : join(program, expected.replace(' is open', ''));
    assert.equal(found, path === undefined ? undefined : `${path.replace(/\/$/, '')} is open`);
  });
}

test('every folder above is looked at, up to the root', { skip }, () => {
  const seen: string[] = [];
  openPath([node], program, (path, guarded) => {
    if (guarded === 'place') seen.push(path);
    return undefined;
  });
  assert.ok(seen.includes('/') && seen.includes(dirname(root)) && seen.includes(dirname(node)), String(seen));
});
