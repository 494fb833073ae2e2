import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components } from '../../src/components.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the configuration in the README is valid', async () => {
  const [, yaml] = /```yaml\n(.*?)```/s.exec(README) ?? [];
  assert.ok(yaml !== undefined, 'the README shows a configuration');
  const source = new Source('README.md', yaml);
  const result = await loadConfig({
    configs: [source],
    env: {},
    definitions: components,
    unsupported: 'error',
  });
  assert.equal(renderIssues(result.kind === 'ok' ? result.warnings : result.issues), '');
});
