import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components } from '../../src/components.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';
import { type Block, blocksOf } from '../support/documents.ts';

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

/** What both languages have in common: no comments, no labels of a picture. */
function untold({ language, text }: Block): string {
  const bare =
    language === 'mermaid' ? text.replaceAll(/<br\/>[^"]*/g, '') : text.replaceAll(/\s+#\s.*$/gm, '');
  return `${language}\n${bare}`;
}

test('the Japanese README shows what the English one shows', () => {
  assert.deepEqual(blocksOf('README.ja.md').map(untold), blocksOf('README.md').map(untold));
  const picture = blocksOf('README.md').find(({ language }) => language === 'mermaid');
  for (const { kind, type } of components)
    if (kind === 'receiver' || kind === 'exporter')
      assert.match(picture?.text ?? '', new RegExp(`\\b${type}\\b`));
});
