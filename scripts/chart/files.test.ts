import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { chartFiles } from './files.ts';
import { chartValues } from './values.ts';

for (const [path, text] of chartFiles())
  test(`${path} is current: \`npm run generate\` writes it`, () => {
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text);
  });

test('values.yaml holds every default, and nothing but values', () => {
  const values: unknown = parse(chartFiles().get('charts/sigel/values.yaml') ?? '');
  assert.deepEqual(chartValues.parse(values), chartValues.parse({}));
  assert.deepEqual(values, chartValues.parse({}));
});

test('agents are started as the image starts', () => {
  const dockerfile = readFileSync(new URL('../../docker/Dockerfile.windows', import.meta.url), 'utf8');
  assert.deepEqual(
    JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? ''),
    chartValues.parse({}).command,
  );
});

for (const [what, values] of [
  ['an unknown value', { clusterNam: 'x' }],
  ['a preset that is none', { preset: 'azure' }],
  ['a rule whose file is not read', { rules: { files: { 'own.txt': '' } } }],
  ['a rule outside of its folder', { rules: { files: { '../own.yml': '' } } }],
  ['a digest that is none', { image: { digest: 'latest' } }],
  ['a pack without a key', { packs: [{ name: 'own', url: 'https://rules.example.org/own.tar.gz' }] }],
] as const)
  test(`the schema refuses ${what}`, () => assert.equal(chartValues.safeParse(values).success, false));
