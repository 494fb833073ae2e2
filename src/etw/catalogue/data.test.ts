import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { InType } from '../schema.ts';
import { Catalogue } from './catalogue.ts';
import type { CatalogueField, CatalogueFile } from './format.ts';

const data = new URL('data/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, data), 'utf8'));
const index = read('index.json') as Readonly<Record<string, string>>;

const INTEGERS: ReadonlySet<InType> = new Set<InType>([
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
]);
const SIZED: ReadonlySet<InType> = new Set<InType>(['Binary', 'UnicodeString', 'AnsiString']);

test('the index names every file, once', () => {
  const files = readdirSync(data).filter((name) => name !== 'index.json');
  assert.deepEqual(Object.values(index).sort(), files.sort());
});

for (const [guid, name] of Object.entries(index)) {
  test(`${name} is consistent`, () => {
    const file = read(name) as CatalogueFile;
    assert.equal(file.guid, guid);
    assert.match(guid, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    assert.equal(Catalogue.shipped().providerName(guid), file.provider);
    assert.ok(file.sources.length > 0);
    const keys = new Set<string>();
    for (const event of file.events) {
      const ids = file.kind === 'manifest' ? [event.id] : (event.opcodes ?? []);
      assert.ok(ids.length > 0 && event.name !== '', `an event of ${name} has no id or name`);
      for (const id of ids) {
        const key = `${id}/${event.version}`;
        assert.ok(!keys.has(key), `${key} is there twice`);
        keys.add(key);
      }
      checkFields(event.fields, file, `${ids.join()}/${event.version}`);
      const ends = event.fields.slice(0, -1).some(({ length, count }) => length === '*' || count === '*');
      assert.ok(!ends, `${ids.join()}/${event.version}: a field comes behind the rest of the payload`);
    }
  });
}

function checkFields(fields: readonly CatalogueField[], file: CatalogueFile, where: string): void {
  const names = new Set<string>();
  for (const [at, field] of fields.entries()) {
    const here = `${file.provider} ${where} ${field.name}`;
    for (const size of [field.length, field.count]) {
      if (typeof size === 'number') assert.ok(Number.isInteger(size) && size > 0, here);
      if (typeof size !== 'string' || size === '*') continue;
      const holder = fields.slice(0, at).find((earlier) => earlier.name === size);
      assert.ok(holder !== undefined, `${here}: ${size} is no earlier field`);
      assert.ok(INTEGERS.has(holder.in), `${here}: ${size} is no integer`);
    }
    assert.ok(field.length === undefined || SIZED.has(field.in), `${here}: a ${field.in} has no length`);
    assert.ok(field.in !== 'Binary' || field.length !== undefined, `${here}: binary without a length`);
    assert.equal(field.fields !== undefined, field.in === 'Struct', here);
    if (field.map !== undefined)
      assert.ok(Object.hasOwn(file.maps ?? {}, field.map), `${here}: no map ${field.map}`);
    assert.ok(!names.has(field.name), `${here}: the name is there twice`);
    names.add(field.name);
    checkFields(field.fields ?? [], file, `${where} ${field.name}`);
  }
}
