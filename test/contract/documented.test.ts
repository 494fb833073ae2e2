import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components } from '../../src/components.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';

// Whole configurations of Sigel in the documents: those that begin with extensions.
for (const name of ['kubernetes']) {
  test(`docs/${name}.md: its configuration is one`, async () => {
    const text = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    const blocks = Array.from(
      text.matchAll(/^```yaml\n(extensions:\n[^]*?)^```$/gm),
      ([, block = '']) => block,
    );
    assert.equal(blocks.length, 1);
    for (const block of blocks) {
      const result = await loadConfig({
        configs: [new Source(`${name}.md`, block)],
        env: { OTLP_ENDPOINT: 'gateway:4317' },
        definitions: components,
        unsupported: 'warning',
      });
      assert.equal(result.kind, 'ok', result.kind === 'wrong' ? renderIssues(result.issues) : '');
    }
  });
}
