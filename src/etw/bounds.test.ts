/** What hostile descriptions and payloads may cost. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { readManifest } from './embedded/manifest.ts';
import { PayloadReader } from './payload.ts';
import { PayloadProgram } from './payload_program.ts';
import type { Field, Schema } from './schema.ts';
import { schemaWeight } from './schema_weight.ts';
import { TextCache } from './text.ts';

function decode(field: Field, payload: Buffer): unknown {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const program = new PayloadProgram([field]);
  return new PayloadReader(new TextCache()).decode(program, view, payload, 0, payload.length, 8)[0];
}

const nothing: Field = { name: 'nothing', inType: 'Struct', fields: [] };

for (const [what, field, whole] of [
  ['256 structs without members', { ...nothing, count: 256 }, true],
  ['257 of them and more than the payload has bytes', { ...nothing, count: 300 }, false],
  ['as many as a u16 can count', { ...nothing, count: 'prefix' }, false],
  [
    'nested ones',
    { name: 'outer', inType: 'Struct', count: 200, fields: [{ ...nothing, count: 200 }] },
    false,
  ],
] as const) {
  test(`arrays of what has no bytes: ${what}`, () =>
    assert.equal(decode(field, Buffer.alloc(8, 0xff)) !== undefined, whole));
}

test('an array may have as many elements as bytes', () => {
  const values = decode({ name: 'a', inType: 'UInt8', count: 60_000 }, Buffer.alloc(60_000));
  assert.equal((values as unknown[]).length, 60_000);
});

function template(inside: string): Schema | undefined {
  const xml = `<a><provider name="P" guid="{g}"><event value="1" template="t"/><template tid="t">${inside}`;
  return readManifest(xml)?.schemas[0]?.schema;
}

test('a template has at most 1,024 fields', () =>
  assert.equal(template('<data name="a" inType="win:Int8" count="b"/>'.repeat(2000))?.fields.length, 1024));

test('structs deeper than 8 are left out', () => {
  let depth = 0;
  let fields = template('<struct name="s">'.repeat(50_000))?.fields;
  for (; fields?.[0] !== undefined; fields = fields[0].fields) depth++;
  assert.equal(depth, 8);
});

test('what stands before the first error of a manifest counts, what comes behind does not', () => {
  const fields = template(`<data name="a" inType="win:Int8"/>${'\u0001'.repeat(100_000)}<data name="b"/>`);
  assert.deepEqual(
    fields?.fields.map(({ name }) => name),
    ['a'],
  );
});

for (const [what, fields, weight] of [
  ['no field', [], 1],
  ['two fields', [nothing, nothing], 3],
  ['members', [{ ...nothing, fields: [nothing, nothing] }], 4],
  ['a long name', [{ ...nothing, name: 'a'.repeat(640) }], 12],
] as const) {
  test(`the weight of a schema: ${what}`, () =>
    assert.equal(schemaWeight({ provider: 'P', event: 'E', source: 'embedded', fields }), weight));
}
