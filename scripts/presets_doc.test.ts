import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { presetsDoc } from './presets_doc.ts';

test('docs/presets.md is what the presets say', () => {
  const committed = readFileSync(new URL('../docs/presets.md', import.meta.url), 'utf8');
  assert.equal(committed, presetsDoc(), 'run: npm run generate');
});

test('no preset promises Threat-Intelligence, and each says so', () => {
  for (const preset of presetsDoc().split('\n## ').slice(1)) {
    assert.match(preset, /Without Microsoft-Windows-Threat-Intelligence/);
    assert.doesNotMatch(preset, /^\| Microsoft-Windows-Threat-Intelligence/m);
  }
});
