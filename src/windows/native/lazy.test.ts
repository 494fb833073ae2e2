import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '([^']+)'|^import '([^']+)'/gm;

/** Every module that loading one loads, with the module that asks for it. Types are not loaded. */
function loadedBy(entry: string): ReadonlyMap<string, string> {
  const seen = new Map<string, string>([[entry, '']]);
  for (const file of seen.keys()) {
    if (!file.endsWith('.ts')) continue;
    for (const [, named = '', bare = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const asked = named || bare;
      const found = asked.startsWith('.') ? resolve(dirname(file), asked) : asked;
      if (!seen.has(found)) seen.set(found, relative(ROOT, file));
    }
  }
  return seen;
}

// koffi and the DLLs are loaded where live work begins: elsewhere they cost time, and can fail.
const ENTRIES = [
  join(ROOT, 'src', 'main.ts'),
  join(ROOT, 'src', 'components.ts'),
  ...globSync(join(ROOT, '{receivers,extensions}', '*', 'index.ts')),
].filter((file) => existsSync(file));
for (const entry of ENTRIES) {
  test(`${relative(ROOT, entry)} loads no native code by itself`, () => {
    const loaded = [...loadedBy(entry)].filter(
      ([file]) => file === 'koffi' || file.includes('/windows/native/'),
    );
    assert.deepEqual(loaded, []);
  });
}

test('the walk finds what is there', () => {
  assert.equal(
    loadedBy(join(import.meta.dirname, 'etw_control.ts')).get('koffi'),
    'src/windows/native/etw_control.ts',
  );
});
