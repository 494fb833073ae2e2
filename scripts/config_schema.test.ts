import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components } from '../src/components.ts';
import { jsonSchemaOf } from '../src/config/json_schema.ts';
import { serviceSchema } from '../src/config/service_config.ts';
import { configSchema } from './config_schema.ts';
import { withOptions } from './options_doc.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('config/schema.json is current: `npm run generate` writes it', () => {
  assert.deepEqual(
    JSON.parse(read('config/schema.json')),
    JSON.parse(JSON.stringify(configSchema(components))),
  );
});

test('the table in docs/configuration.md is current: `npm run generate` writes it', () => {
  const text = read('docs/configuration.md');
  assert.equal(withOptions(text, jsonSchemaOf(serviceSchema)), text);
});

test('every component has its keys in the schema, also under its aliases', () => {
  const { properties = {}, $defs } = configSchema(components);
  for (const { kind, type, aliases = [] } of components) {
    assert.ok($defs !== null && typeof $defs === 'object' && `${kind}s.${type}` in $defs, type);
    const patterns = Object.keys(properties[`${kind}s`]?.['patternProperties'] ?? {});
    for (const id of [type, `${type}/name`, ...aliases]) {
      assert.equal(patterns.filter((pattern) => new RegExp(pattern).test(id)).length, 1, id);
    }
  }
});

test('the example configurations name the schema', () => {
  for (const name of ['replay', 'quickstart']) {
    const [first] = read(`config/${name}.yaml`).split('\n');
    assert.equal(first, '# yaml-language-server: $schema=schema.json');
    assert.ok(existsSync(new URL('../config/schema.json', import.meta.url)));
  }
});
