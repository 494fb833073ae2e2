import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { headerSchema, KINDS, lineSchema } from '../src/containerd/journal/schema.ts';
import { journalSchema } from './journal_schema.ts';

const read = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

test('the schema of journals is current: `npm run generate` writes it', () => {
  assert.deepEqual(
    JSON.parse(read('containers-journal.schema.json')),
    JSON.parse(JSON.stringify(journalSchema())),
  );
});

test('the page on journals shows lines of every kind that are read', () => {
  const text = read('containers-journal.md');
  const [, example = ''] = /```json\n([\s\S]+?)```/.exec(text) ?? [];
  const [header, ...lines] = example
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  assert.ok(headerSchema.safeParse(header).success);
  const kinds = new Set<unknown>(lines.map((line) => lineSchema.parse(line).kind));
  assert.deepEqual(kinds, KINDS);
});
