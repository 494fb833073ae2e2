import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { providersBlob } from '../../../test/support/tdh_blobs.ts';
import { readProviderList } from './provider_list.ts';

const GUID = '7c1d3b52-0e4f-4a69-8b1c-d2e3f4a5b6c7';

test('providers with name and source', () => {
  assert.deepEqual(
    readProviderList(
      providersBlob([
        [GUID, 'Shop'],
        [GUID, 'Till', 1],
      ]),
    ),
    [
      { guid: GUID, name: 'Shop', source: 'manifest' },
      { guid: GUID, name: 'Till', source: 'mof' },
    ],
  );
});

test('a list that says it holds more than it does is read to its end', () => {
  const blob = providersBlob([[GUID, 'Shop']]);
  blob.writeUInt32LE(0xffffffff, 0);
  assert.equal(readProviderList(blob)[0]?.name, 'Shop');
  assert.ok(readProviderList(blob).length < 4);
});

test('any bytes are read without harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const { name } of readProviderList(bytes)) assert.notEqual(name, '');
    }),
  );
});
