import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthByName } from './naming.ts';

for (const [name, type, earlier, expected] of [
  ['FileName', 'UnicodeString', 'FileNameLength', 'FileNameLength'],
  ['Hash', 'Binary', 'HashSize', 'HashSize'],
  ['URL', 'AnsiString', '_URLLength', '_URLLength'],
  ['SourceAddress', 'Binary', 'SourceAddrLength', 'SourceAddrLength'],
  ['FileNameBuffer', 'UnicodeString', 'FileNameLength', 'FileNameLength'],
  ['FragmentData', 'Binary', 'FragmentSize', 'FragmentSize'],
  ['FileName', 'UnicodeString', 'NameLength', undefined],
  ['FileName', 'UInt32', 'FileNameLength', undefined],
] as const) {
  test(`${type} ${name} behind ${earlier}`, () => {
    assert.equal(lengthByName({ name, in: type }, [{ name: earlier, in: 'UInt32' }]), expected);
  });
}
