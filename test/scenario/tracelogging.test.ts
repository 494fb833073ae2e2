import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { TlEvent } from './tracelogging.ts';
import { encodeTlMetadata, encodeTraits, traceLogging } from './tracelogging.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
/** Bytes from text and numbers, as one reads them in a dump. */
const dump = (...parts: (string | number)[]) =>
  parts
    .map((part) =>
      typeof part === 'number' ? part.toString(16).padStart(2, '0') : Buffer.from(part).toString('hex'),
    )
    .join('');

const METADATA: [title: string, event: TlEvent, bytes: string][] = [
  ['no fields', { name: 'E', fields: [] }, dump(5, 0, 0, 'E\0')],
  ['a field', { name: 'E', fields: [{ name: 'a', type: 'uint32' }] }, dump(8, 0, 0, 'E\0a\0', 8)],
  [
    'an out type',
    { name: 'E', fields: [{ name: 'a', type: 'uint32', out: 'pid' }] },
    dump(9, 0, 0, 'E\0a\0', 0x88, 5),
  ],
  ['event tags', { name: 'E', tags: 0x0123, fields: [] }, dump(6, 0, 0x82, 0x23, 'E\0')],
  [
    'field tags',
    { name: 'E', fields: [{ name: 'a', type: 'int8', tags: 1 }] },
    dump(10, 0, 0, 'E\0a\0', 0x83, 0x80, 1),
  ],
  [
    'an array of constant count',
    { name: 'E', fields: [{ name: 'a', type: 'uint8', count: 258 }] },
    dump(10, 0, 0, 'E\0a\0', 0x24, 2, 1),
  ],
  [
    'an array of variable count',
    { name: 'E', fields: [{ name: 'a', type: 'uint8', count: 'prefix' }] },
    dump(8, 0, 0, 'E\0a\0', 0x44),
  ],
  [
    'a struct: its number of members stands in the out type',
    {
      name: 'E',
      fields: [
        {
          name: 's',
          fields: [
            { name: 'x', type: 'uint8' },
            { name: 'y', type: 'utf16' },
          ],
        },
      ],
    },
    dump(15, 0, 0, 'E\0s\0', 0x98, 2, 'x\0', 4, 'y\0', 1),
  ],
];
for (const [title, event, bytes] of METADATA) {
  test(`metadata: ${title}`, () => assert.equal(hex(encodeTlMetadata(event)), bytes));
}

test('traits: name, then group and decode GUID', () => {
  const guid = '11111111-2222-3333-4444-555555555555';
  const raw = '11111111222233334444555555555555';
  assert.equal(hex(encodeTraits({ name: 'Shop' })), dump(7, 0, 'Shop\0'));
  assert.equal(
    hex(encodeTraits({ name: 'S', group: guid, decode: guid })),
    dump(42, 0, 'S\0', 19, 0, 1) + raw + dump(19, 0, 2) + raw,
  );
});

test('an event carries traits, then metadata, then its payload', () => {
  const provider = { guid: '11111111-2222-3333-4444-555555555555', name: 'Shop' };
  const event = traceLogging(provider, { name: 'Order', fields: [{ name: 'id', type: 'uint16' }] }, [7]);
  assert.equal(event.channel, 11);
  assert.deepEqual(
    event.items?.map((item) => item.type),
    [12, 11],
  );
  assert.equal(hex(event.payload ?? new Uint8Array()), '0700');
});
