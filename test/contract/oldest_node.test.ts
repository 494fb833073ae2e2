import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = '{src,receivers,processors,connectors,exporters,extensions}/**/*.ts';
/** What newer versions of Node read, and the oldest that Sigel runs on (22.18) does not: types are only stripped. */
const TOO_NEW = /^\s*(?:await )?using \w+ =|\bRegExp\.escape\(|\bError\.isError\(|\bMath\.sumPrecise\(/m;

test('nothing is written that the oldest Node cannot read', () => {
  const files = globSync(SOURCES, { cwd: ROOT });
  assert.ok(files.length > 500);
  const found = files.filter((file) => TOO_NEW.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(found, []);
});
