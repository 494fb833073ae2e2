import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from './manifest.ts';
import { ManifestChunks } from './manifest_chunks.ts';

const GUID = '4f8f06bf-8261-4099-ae5f-07c54bbcfab3';
const XML = `<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
<provider name="Shop-Web" guid="{${GUID.toUpperCase()}}" symbol="ShopWeb">
 <events>
  <event value="1" version="0" level="win:Informational" symbol="OrderPlaced" template="OrderPlacedArgs"/>
  <event value="2" version="3" symbol="Ping"/>
  <event value="70000" version="0" symbol="TooLarge"/>
 </events>
 <maps><valueMap name="Size"><map value="0x1" message="$(string.map_Size.Small)"/><map value="2" message="$(string.map_Size.Large)"/></valueMap></maps>
 <templates>
  <template tid="OrderPlacedArgs">
   <data name="size" inType="win:UInt32"/>
   <data name="body" inType="win:Binary" length="size"/>
   <data name="port" inType="win:UInt16" outType="win:Port"/>
   <struct name="lines" count="size"><data name="sku" inType="win:UnicodeString"/></struct>
   <data name="__proto__" inType="win:Int64"/>
  </template>
 </templates>
</provider>`;

test('an EventSource’s manifest becomes schemas, also when its string table is cut off', () => {
  const manifest = readManifest(`${XML}</events></instrumentation><localization>&broken`);
  assert.equal(manifest?.guid, GUID);
  assert.equal(manifest.provider, 'Shop-Web');
  assert.deepEqual(
    manifest.schemas.map(({ id, version, schema }) => [id, version, schema.event]),
    [
      [1, 0, 'OrderPlaced'],
      [2, 3, 'Ping'],
    ],
  );
  assert.deepEqual(manifest.schemas[0]?.schema.fields, [
    { name: 'size', inType: 'UInt32' },
    { name: 'body', inType: 'Binary', length: { field: 0 } },
    { name: 'port', inType: 'UInt16', outType: 'port' },
    {
      name: 'lines',
      inType: 'Struct',
      fields: [{ name: 'sku', inType: 'UnicodeString' }],
      count: { field: 0 },
    },
    { name: '__proto__', inType: 'Int64' },
  ]);
});

test('an EventSource’s maps name values by their entries', () => {
  const size = readManifest(XML)?.maps.get('Size');
  assert.equal(size?.kind, 'values');
  assert.deepEqual(
    [...(size?.names ?? [])],
    [
      [1, 'Small'],
      [2, 'Large'],
    ],
  );
});

for (const [name, xml] of [
  ['nothing', ''],
  ['no XML', 'hello'],
  ['no provider', '<a><event value="1"/></a>'],
  ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'],
] as const) {
  test(`a manifest that is ${name} gives none`, () => assert.equal(readManifest(xml), undefined));
}

function chunk(total: number, number: number, text: string): Uint8Array {
  const head = [1, 1, 0, 0x5b, total & 0xff, total >> 8, number & 0xff, number >> 8];
  return new Uint8Array([...head, ...new TextEncoder().encode(text)]);
}

test('chunks are joined in order, per provider', () => {
  const chunks = new ManifestChunks();
  assert.equal(chunks.add('a', chunk(2, 0, 'ab')), undefined);
  assert.equal(chunks.add('b', chunk(1, 0, 'other')), 'other');
  assert.equal(chunks.add('a', chunk(2, 1, 'cd')), 'abcd');
});

test('a chunk that is missing, foreign or too much ends the manifest', () => {
  const chunks = new ManifestChunks();
  chunks.add('a', chunk(3, 0, 'ab'));
  assert.equal(chunks.add('a', chunk(3, 2, 'ef')), undefined);
  assert.equal(chunks.add('a', chunk(3, 1, 'cd')), undefined);
  assert.equal(
    chunks.add('a', new Uint8Array([1, 1, 0, 0, 1, 0, 0, 0, 65])),
    undefined,
    'the magic is wrong',
  );
  for (let i = 0; i < 70; i++) chunks.add('big', chunk(70, i, 'x'.repeat(65_000)));
  assert.equal(chunks.add('big', chunk(70, 69, 'y')), undefined);
});
