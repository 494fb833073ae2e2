import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrityLevelName, wellKnownAccount } from './well_known_sids.ts';

const accounts: readonly [sid: string, name: string | undefined, domain: string | undefined][] = [
  ['S-1-5-93-2-1', 'ContainerAdministrator', 'User Manager'],
  ['S-1-5-93-2-2', 'ContainerUser', 'User Manager'],
  ['S-1-5-18', 'SYSTEM', 'NT AUTHORITY'],
  ['S-1-5-19', 'LOCAL SERVICE', 'NT AUTHORITY'],
  ['S-1-5-20', 'NETWORK SERVICE', 'NT AUTHORITY'],
  ['S-1-1-0', 'Everyone', undefined],
  ['S-1-5-90-0-2', 'DWM-2', 'Window Manager'],
  ['S-1-5-96-0-14', 'UMFD-14', 'Font Driver Host'],
  ['S-1-5-93-2-3', undefined, undefined],
  ['S-1-5-21-1-2-3-500', undefined, undefined],
  [`S-1-5-90-0-${'9'.repeat(100)}`, undefined, undefined],
  ['__proto__', undefined, undefined],
  ['', undefined, undefined],
];
for (const [sid, name, domain] of accounts) {
  test(`${sid.slice(0, 40)} is ${name ?? 'nobody we know'}`, () => {
    assert.deepEqual(wellKnownAccount(sid), name === undefined ? undefined : { name, domain });
  });
}

const levels: readonly [sid: string, name: string | undefined][] = [
  ['S-1-16-4096', 'low'],
  ['S-1-16-8192', 'medium'],
  ['S-1-16-12288', 'high'],
  ['S-1-16-16384', 'system'],
  ['S-1-16-1', undefined],
  ['constructor', undefined],
];
for (const [sid, name] of levels)
  test(`label ${sid} is ${name ?? 'no level'}`, () => assert.equal(integrityLevelName(sid), name));
