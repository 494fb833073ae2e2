import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeRecord, own } from '../../../test/support/process_records.ts';
import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../logsource.ts';
import { detailsOf, keyForms } from './registry_forms.ts';

const details: readonly [
  type: string,
  strings: readonly string[] | undefined,
  text: FieldValue | undefined,
][] = [
  ['REG_DWORD', ['3389'], 'DWORD (0x00000d3d)'],
  ['REG_DWORD', undefined, undefined],
  ['REG_DWORD', ['many'], undefined],
  ['REG_QWORD', ['4294967298'], 'QWORD (0x00000001-0x00000002)'],
  ['REG_SZ', ['text'], 'text'],
  ['REG_SZ', [''], '(Empty)'],
  ['REG_EXPAND_SZ', ['%TEMP%\\x'], '%TEMP%\\x'],
  ['REG_MULTI_SZ', ['one', 'two'], ['one', 'two']],
  ['REG_MULTI_SZ', [], '(Empty)'],
  ['REG_BINARY', undefined, 'Binary Data'],
  ['REG_NONE', undefined, 'Binary Data'],
];
for (const [type, strings, expected] of details) {
  test(`details of ${type} ${strings?.join() ?? ''}`, () => {
    const pairs = own([
      [Attr.registryDataType, type],
      [Attr.registryDataStrings, strings],
    ]);
    assert.deepEqual(detailsOf(lifeRecord('process.start', 8, 0).with({ own: pairs })), expected);
  });
}

const keys: readonly [key: string, forms: string | readonly string[]][] = [
  ['HKLM\\SOFTWARE\\X', 'HKLM\\SOFTWARE\\X'],
  ['HKLM\\Software\\classes', ['HKLM\\Software\\classes', 'HKCR']],
  ['HKLM\\SOFTWARE\\Classes\\x', ['HKLM\\SOFTWARE\\Classes\\x', 'HKCR\\x']],
  ['HKLM\\SOFTWARE\\ClassesX', 'HKLM\\SOFTWARE\\ClassesX'],
  ['HKU\\S-1-5-21-1_Classes\\x', 'HKU\\S-1-5-21-1_Classes\\x'],
];
for (const [key, forms] of keys)
  test(`forms of the key ${key}`, () => assert.deepEqual(keyForms(key), forms));
