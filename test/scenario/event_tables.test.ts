import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import type { Field } from '../../src/etw/schema.ts';
import { allEventTables } from './event_tables.ts';

/** Name, type and length: what both sides must agree on. */
function layout(fields: readonly Field[]): string[] {
  return fields.map(({ name, inType, length }) => {
    const size = typeof length === 'object' ? fields[length.field]?.name : length;
    return `${inType}${size === undefined ? '' : `:${size}`} ${name}`;
  });
}

// The tables here and the product's catalogue were made independently of one another.
for (const table of allEventTables()) {
  test(`${table.provider} ${table.id} version ${table.version} has the catalogue's layout`, () => {
    const known = Catalogue.shipped().manifest(table.provider, table.id, table.version);
    assert.ok(known !== undefined);
    assert.deepEqual(layout(known.fields), layout(table.fields));
  });
}
