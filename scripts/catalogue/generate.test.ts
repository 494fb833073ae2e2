import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.ts';

const data = new URL('../../src/etw/catalogue/data/', import.meta.url);
const published = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(new URL('manifests/', published));
if (!present) {
  console.error(
    'catalogue: the published descriptions (../shared/data) are not here; not comparing the data with them',
  );
}

test('the committed data is what the generator makes of the published descriptions', {
  skip: !present,
}, async () => {
  const inputs = {
    manifests: fileURLToPath(new URL('manifests/', published)),
    classic: fileURLToPath(new URL('classic/', published)),
  };
  const files = await generate(inputs, () => {});
  assert.deepEqual([...files.keys()].sort(), readdirSync(data).sort());
  for (const [name, text] of files) {
    assert.equal(text, readFileSync(new URL(name, data), 'utf8'), `${name} differs: run npm run generate`);
  }
});
