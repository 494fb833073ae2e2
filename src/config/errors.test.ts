import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONFIG_COMPONENTS } from '../../test/support/config_components.ts';
import { loadConfig } from './load.ts';
import { renderIssues } from './render.ts';
import { Source } from './source.ts';

// testdata/errors.txt holds the cases: a title, the configurations (c.yaml, d.yaml, …), arguments of --set,
// and the whole of what a person is told.
const cases = readFileSync(new URL('testdata/errors.txt', import.meta.url), 'utf8')
  .split(/^### /m)
  .slice(1);

const ENV = { PORT: '4317', LIST: '[a, b]', TEXT: 'lots', EMPTY: '' };

for (const text of cases) {
  const title = text.slice(0, text.indexOf('\n'));
  const blocks = (language: string) =>
    Array.from(
      text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')),
      ([, block = '']) => block,
    );

  test(`config errors: ${title}`, async () => {
    const result = await loadConfig({
      configs: blocks('yaml').map((yaml, i) => new Source(`${'cd'[i]}.yaml`, yaml)),
      sets: blocks('set').map((set) => set.trimEnd()),
      env: ENV,
      definitions: CONFIG_COMPONENTS,
      unsupported: 'error',
    });
    const issues = result.kind === 'ok' ? result.warnings : result.issues;
    const [says = ''] = blocks('text');
    assert.equal(renderIssues(issues), says);
    assert.equal(result.kind === 'wrong', says.includes('error['));
  });
}
