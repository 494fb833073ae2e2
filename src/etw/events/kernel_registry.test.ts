import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { testMapping } from '../../../test/support/mapped.ts';
import { kernelRegistry } from './kernel_registry.ts';
import { dataStrings, joinedKey } from './registry_data.ts';

const RUN = '\\REGISTRY\\MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const key = { KeyObject: 0xffff8a0012345678n, Status: 0, KeyName: RUN };
const common = {
  'process.pid': 4711,
  'sigel.registry.key_object': '0xffff8a0012345678',
  'sigel.registry.status': 0,
  'registry.key': RUN,
};
const opened = {
  BaseObject: 0,
  KeyObject: key.KeyObject,
  Status: 0,
  Disposition: 1,
  BaseName: '',
  RelativeName: RUN,
};

testMapping(kernelRegistry, [
  {
    title: 'a value that is set',
    event: 5,
    payload: {
      ...key,
      Type: 1,
      DataSize: 12,
      ValueName: 'updater',
      CapturedDataSize: 12,
      CapturedData: utf16('a.exe\0'),
    },
    eventName: 'registry.value.set',
    severity: 9,
    body: `registry value set: ${RUN} updater`,
    attributes: {
      ...common,
      'registry.value': 'updater',
      'registry.data.type': 'REG_SZ',
      'registry.data.strings': ['a.exe'],
    },
  },
  {
    title: 'a value of a key that only its object names',
    event: 6,
    payload: { ...key, KeyName: '', ValueName: 'updater' },
    eventName: 'registry.value.delete',
    severity: 9,
    body: 'registry value delete: 0xffff8a0012345678 updater',
    attributes: { ...common, 'registry.key': undefined, 'registry.value': 'updater' },
  },
  ...(
    [
      [1, 'registry.key.create', 9, 'create'],
      [2, 'registry.key.open', 5, 'open'],
    ] as const
  ).map(([event, eventName, severity, verb]) => ({
    title: eventName,
    event,
    payload: opened,
    eventName,
    severity,
    body: `registry key ${verb}: ${RUN}`,
    attributes: event === 1 ? { ...common, 'sigel.registry.disposition': 'created' } : common,
  })),
  ...(
    [
      [3, 'registry.key.delete', 9, 'key delete'],
      [4, 'registry.key.query', 5, 'key query'],
      [8, 'registry.key.enumerate', 5, 'key enumerate'],
      [11, 'registry.key.set_information', 5, 'key set information'],
      [12, 'registry.key.flush', 5, 'key flush'],
      [13, 'registry.key.close', 5, 'key close'],
      [14, 'registry.key.query_security', 5, 'key query security'],
      [15, 'registry.key.set_security', 9, 'key set security'],
    ] as const
  ).map(([event, eventName, severity, words]) => ({
    title: eventName,
    event,
    payload: key,
    eventName,
    severity,
    body: `registry ${words}: ${RUN}`,
    attributes: common,
  })),
  {
    title: 'a value that is read',
    event: 7,
    payload: { ...key, ValueName: 'updater' },
    eventName: 'registry.value.query',
    severity: 5,
    body: `registry value query: ${RUN} updater`,
    attributes: { ...common, 'registry.value': 'updater' },
  },
  ...(
    [
      [9, 'registry.value.enumerate', 'enumerate'],
      [10, 'registry.value.query_multiple', 'query multiple'],
    ] as const
  ).map(([event, eventName, verb]) => ({
    title: eventName,
    event,
    payload: key,
    eventName,
    severity: 5,
    body: `registry values ${verb}: ${RUN}`,
    attributes: common,
  })),
]);

const keys: readonly [relative: string, base: string, path: string | undefined][] = [
  ['Run', '\\REGISTRY\\MACHINE\\Software', '\\REGISTRY\\MACHINE\\Software\\Run'],
  [RUN, '\\REGISTRY\\MACHINE', RUN],
  [RUN, '', RUN],
  ['', RUN, RUN],
  ['', '', undefined],
];
for (const [relative, base, path] of keys) {
  test(`"${relative}" below "${base}"`, () => assert.equal(joinedKey(relative, base), path));
}

const data: readonly [
  title: string,
  bytes: Uint8Array,
  type: number,
  strings: readonly string[] | undefined,
][] = [
  ['REG_SZ', utf16('a\0'), 1, ['a']],
  ['REG_SZ without its NUL', utf16('ab'), 1, ['ab']],
  ['REG_SZ cut within a character', utf16('ab').subarray(0, 3), 1, ['a']],
  ['REG_MULTI_SZ', utf16('a\0b\0\0'), 7, ['a', 'b']],
  ['REG_DWORD', Uint8Array.of(1, 1, 0, 0), 4, ['257']],
  ['REG_DWORD cut short', Uint8Array.of(1), 4, undefined],
  ['REG_QWORD', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), 11, ['18446744073709551615']],
  ['REG_BINARY', Uint8Array.of(1, 2), 3, undefined],
  ['an unknown type', Uint8Array.of(1, 2), 77, undefined],
];
for (const [title, bytes, type, strings] of data) {
  test(`data of ${title}`, () => assert.deepEqual(dataStrings(bytes, type), strings));
}
