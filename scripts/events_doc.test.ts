import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROVIDER_MAPPINGS } from '../src/etw/events/mappings.ts';
import { eventsDoc } from './events_doc.ts';

test('docs/events.md is what the mapping tables say', () => {
  const committed = readFileSync(new URL('../docs/events.md', import.meta.url), 'utf8');
  assert.equal(committed, eventsDoc(), 'run: npm run generate');
});

test('every mapped event stands in the page', () => {
  const page = eventsDoc();
  for (const { name, events } of PROVIDER_MAPPINGS) {
    assert.ok(page.includes(`## ${name}\n`));
    for (const { eventName } of Object.values(events))
      assert.ok(page.includes(`\`${eventName}\``), eventName);
  }
});
