import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shownKey } from './registry_view.ts';

const SILO = '\\REGISTRY\\WC\\Silo9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d';
const SID = 'S-1-5-93-2-1';

const cases: readonly [key: string, shown: string, user?: string][] = [
  ['\\REGISTRY\\MACHINE\\SOFTWARE\\X', 'HKLM\\SOFTWARE\\X'],
  ['\\Registry\\Machine\\Software\\X', 'HKLM\\Software\\X'],
  ['\\REGISTRY\\MACHINE', 'HKLM'],
  ['\\REGISTRY\\MACHINERY\\X', '\\REGISTRY\\MACHINERY\\X'],
  ['\\REGISTRY\\USER\\S-1-5-18\\Environment', 'HKU\\S-1-5-18\\Environment'],
  ['\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001_Classes\\X', 'HKU\\S-1-5-21-1-2-3-1001_Classes\\X'],
  ['\\REGISTRY\\USER\\.DEFAULT', 'HKU\\.DEFAULT'],
  ['\\REGISTRY\\USER', 'HKU'],
  ['\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\X', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\X'],
  ['\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet002\\Services\\X', 'HKLM\\SYSTEM\\ControlSet002\\Services\\X'],
  ['\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet0011', 'HKLM\\SYSTEM\\ControlSet0011'],
  [`${SILO}software\\Microsoft\\X`, 'HKLM\\SOFTWARE\\Microsoft\\X'],
  [`${SILO.toUpperCase()}SOFTWARE\\Microsoft\\X`, 'HKLM\\SOFTWARE\\Microsoft\\X'],
  [`${SILO}software`, 'HKLM\\SOFTWARE'],
  [`${SILO}system\\ControlSet001\\Services\\X`, 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\X'],
  [`${SILO}sam\\SAM`, 'HKLM\\SAM\\SAM'],
  [`${SILO}security\\Policy`, 'HKLM\\SECURITY\\Policy'],
  [`${SILO}machine\\SOFTWARE\\X`, 'HKLM\\SOFTWARE\\X'],
  [`${SILO}user\\S-1-5-18\\X`, 'HKU\\S-1-5-18\\X'],
  [`${SILO}S-1-5-18\\X`, 'HKU\\S-1-5-18\\X'],
  [`${SILO}user_sid\\Software\\X`, `HKU\\${SID}\\Software\\X`, SID],
  [`${SILO}user_sid\\Software\\X`, 'HKCU\\Software\\X'],
  [`${SILO}user_classes\\CLSID`, `HKU\\${SID}_Classes\\CLSID`, SID],
  [`${SILO}user_classes\\CLSID`, 'HKCU\\Software\\Classes\\CLSID'],
  [`${SILO}default\\Environment`, 'HKU\\.DEFAULT\\Environment'],
  // Nobody knows what these are to the process.
  [`${SILO}com\\Classes`, `${SILO}com\\Classes`],
  ['\\REGISTRY\\WC\\SiloSomething\\Software', '\\REGISTRY\\WC\\SiloSomething\\Software'],
  ['\\REGISTRY\\WC', '\\REGISTRY\\WC'],
  ['\\REGISTRY\\A\\{1}\\X', '\\REGISTRY\\A\\{1}\\X'],
  ['Software\\X', 'Software\\X'],
  ['', ''],
];
for (const [key, shown, user] of cases) {
  test(`${key} is ${shown}`, () =>
    assert.equal(shownKey(key, user === undefined ? undefined : { user }, 1), shown));
}

test('the control set in use is the one that was told', () => {
  assert.equal(
    shownKey('\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet002\\X', undefined, 2),
    'HKLM\\SYSTEM\\CurrentControlSet\\X',
  );
  assert.equal(
    shownKey('\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\X', undefined, 2),
    'HKLM\\SYSTEM\\ControlSet001\\X',
  );
});

test('no text makes it throw or go on for long', () => {
  const part = fc.constantFrom(
    '\\',
    'REGISTRY',
    'WC',
    'Silo',
    '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d',
    'software',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 10 }), (parts) => {
      assert.equal(typeof shownKey(parts.join(''), undefined, 1), 'string');
    }),
  );
});
