import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guidsOfName } from '../../etw/catalogue/provider_names.ts';
import { guidOfName, parseGuid, resolveProvider } from './provider_guid.ts';

const FORMS = [
  ['22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', true],
  ['{22FB2CD6-0E7B-422B-A0C7-2FAD1FD0E716}', true],
  [' 22fb2cd60e7b422ba0c72fad1fd0e716 ', true],
  ['{22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', false],
  ['22fb2cd6-0e7b422b-a0c7-2fad1fd0e716', false],
  ['22fb2cd6-0e7b-422b-a0c7-2fad1fd0e71', false],
  ['Microsoft-Windows-Kernel-Process', false],
  ['', false],
] as const;
for (const [text, isGuid] of FORMS) {
  test(`GUID or not: ${JSON.stringify(text)}`, () => {
    assert.equal(parseGuid(text), isGuid ? '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716' : undefined);
  });
}

// Registered providers whose GUIDs were made from their names.
for (const name of [
  'Microsoft-Windows-Security-Adminless',
  'Microsoft-Windows-Security-LessPrivilegedAppContainer',
  'Microsoft-Windows-Threat-Intelligence',
  'Microsoft-Antimalware-Scan-Interface',
]) {
  test(`the hash of ${name}`, () => {
    assert.deepEqual(guidsOfName(name), [guidOfName(name)]);
    assert.equal(guidOfName(name.toLowerCase()), guidOfName(name));
  });
}

const lookups = {
  registered: (name: string) => (name === 'Mine' ? ['11111111-2222-3333-4444-555555555555'] : []),
  catalogue: guidsOfName,
};
const NAMES = [
  ['{EDD08927-9CC4-4E65-B970-C2560FB5C289}', 'guid', 'edd08927-9cc4-4e65-b970-c2560fb5c289'],
  ['Mine', 'registered', '11111111-2222-3333-4444-555555555555'],
  ['microsoft-windows-kernel-file', 'catalogue', 'edd08927-9cc4-4e65-b970-c2560fb5c289'],
  ['Contoso-Shop', 'name_hash', guidOfName('CONTOSO-SHOP')],
] as const;
for (const [name, way, guid] of NAMES) {
  test(`${name} by ${way}`, () => {
    assert.deepEqual(resolveProvider(name, lookups), { kind: 'resolved', guid, way });
  });
}

test('a name that two providers have', () => {
  const both = resolveProvider('Microsoft-Windows-Win32k', lookups);
  assert.ok(both.kind === 'ambiguous');
  assert.equal(both.guids.length, 2);
});
