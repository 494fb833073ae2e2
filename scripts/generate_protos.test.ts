import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateFrom, PROTO_FOLDERS } from './generate_protos.ts';

const ROOT = join(import.meta.dirname, '..');

for (const [folder, target] of PROTO_FOLDERS) {
  test(`the code of ${folder} is current: \`npm run generate\` writes it`, () => {
    const copy = mkdtempSync(join(tmpdir(), 'sigel-generate-'));
    try {
      cpSync(join(ROOT, folder), join(copy, 'proto'), { recursive: true });
      generateFrom(join(copy, 'proto'));
      // Beside the folder, or in it.
      const out = target.startsWith(`${folder}/`)
        ? join(copy, 'proto', 'generated')
        : join(copy, 'generated');
      assert.deepEqual(contents(join(ROOT, target)), contents(out));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
}

function contents(folder: string): [string, string][] {
  return readdirSync(folder)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}
