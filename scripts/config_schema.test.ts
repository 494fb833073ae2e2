import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { components } from '../src/components.ts';
import { jsonSchemaOf } from '../src/config/json_schema.ts';
import { loadConfig } from '../src/config/load.ts';
import { renderIssues } from '../src/config/render.ts';
import { serviceSchema } from '../src/config/service_config.ts';
import { Source } from '../src/config/source.ts';
import { configSchema } from './config_schema.ts';
import { withMetrics } from './metrics_doc.ts';
import { withOptions } from './options_doc.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('config/schema.json is current: `npm run generate` writes it', () => {
  assert.deepEqual(
    JSON.parse(read('config/schema.json')),
    JSON.parse(JSON.stringify(configSchema(components))),
  );
});

test('the options in docs/configuration.md are current: `npm run generate` writes it', () => {
  const text = read('docs/configuration.md');
  assert.equal(withOptions(text, jsonSchemaOf(serviceSchema)), text);
});

test('the metrics in docs/configuration.md are current: `npm run generate` writes them', () => {
  const text = read('docs/configuration.md');
  assert.equal(withMetrics(text), text);
});

test('every component has its keys in the schema, also under its aliases', () => {
  const { properties = {} } = configSchema(components);
  for (const { kind, type, aliases = [] } of components) {
    const patterns = Object.keys(properties[`${kind}s`]?.['patternProperties'] ?? {});
    for (const id of [type, `${type}/name`, ...aliases]) {
      assert.equal(patterns.filter((pattern) => new RegExp(pattern).test(id)).length, 1, id);
    }
  }
});

const EXAMPLES = ['quickstart', 'replay'];

for (const name of EXAMPLES) {
  test(`config/${name}.yaml names the schema, fits it, and can run`, async () => {
    const text = read(`config/${name}.yaml`);
    assert.ok(text.startsWith('# yaml-language-server: $schema=schema.json\n'));
    assert.deepEqual(complaints(parse(text)), []);
    const configs = [new Source(`${name}.yaml`, text)];
    const env = { SIGEL_TRACES: 'traces' };
    const loaded = await loadConfig({ configs, env, definitions: components, unsupported: 'error' });
    assert.equal(renderIssues(loaded.kind === 'ok' ? loaded.warnings : loaded.issues), '');
  });
}

const pipelines = { logs: { receivers: ['etl'], exporters: ['debug'] } };
const schemaCases: readonly [title: string, config: unknown, fits: boolean][] = [
  ['pipelines alone', { service: { pipelines } }, true],
  ['no service', { receivers: {} }, false],
  ['an unknown section', { service: { pipelines }, receiver: {} }, false],
  ['an unknown type', { service: { pipelines }, exporters: { debg: {} } }, false],
  ['an unknown key', { service: { pipelines }, exporters: { debug: { verbos: 1 } } }, false],
  ['a component left empty', { service: { pipelines }, exporters: { 'debug/x': null } }, true],
  [
    'a reference for a number',
    { service: { pipelines }, receivers: { etl: { include: ['a'], batch_size: '${env:N}' } } },
    true,
  ],
  [
    'other text for a number',
    { service: { pipelines }, receivers: { etl: { include: ['a'], batch_size: 'many' } } },
    false,
  ],
  ['a duration without a unit', { service: { pipelines, drain_timeout: '5' } }, false],
];

for (const [title, config, fits] of schemaCases) {
  test(`config/schema.json ${fits ? 'takes' : 'refuses'} ${title}`, () => {
    assert.equal(complaints(config).length === 0, fits);
  });
}

/** What a reader of JSON Schema other than the one that wrote it has to say. */
function complaints(config: unknown): string[] {
  const result = z.fromJSONSchema(JSON.parse(read('config/schema.json'))).safeParse(config);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('::')}: ${message}`);
}
