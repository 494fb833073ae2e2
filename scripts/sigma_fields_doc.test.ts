import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROVIDER_MAPPINGS } from '../src/etw/events/mappings.ts';
import { CATEGORIES } from '../src/sigma/fields/table.ts';
import { sigmaFieldsDoc } from './sigma_fields_doc.ts';

test('docs/sigma-fields.md is what the tables say', () => {
  const committed = readFileSync(new URL('../docs/sigma-fields.md', import.meta.url), 'utf8');
  assert.equal(committed, sigmaFieldsDoc(), 'run: npm run generate');
});

test('every event name of a category is one that a mapping makes', () => {
  const made = new Set<string>();
  for (const { eventName, variants = [] } of PROVIDER_MAPPINGS.flatMap(({ events }) =>
    Object.values(events),
  )) {
    made.add(eventName);
    for (const variant of variants) made.add(variant.eventName);
  }
  for (const { category, eventNames } of CATEGORIES)
    for (const name of eventNames) assert.ok(made.has(name), `${category}: ${name}`);
});
