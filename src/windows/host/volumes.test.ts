import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostVolumes, readVolumes } from './volumes.ts';

const host: Readonly<Record<string, string>> = {
  'C:': '\\Device\\HarddiskVolume3',
  'D:': '\\Device\\CdRom0',
  'S:': '\\??\\C:\\source',
  'X:': '\\Device\\HarddiskVolume3',
  'Z:': '\\Device\\LanmanRedirector\\;Z:0000\\host\\share',
};

test('letters of volumes, not of folders and shares', () => {
  assert.deepEqual(
    [...readVolumes((letter) => host[letter])],
    [
      ['HarddiskVolume3', 'C:'],
      ['CdRom0', 'D:'],
    ],
  );
});

test('a refresh tells what is, when it has changed', () => {
  const now: Record<string, string> = { 'C:': '\\Device\\HarddiskVolume3' };
  const volumes = new HostVolumes((letter) => now[letter]);
  assert.equal(volumes.refresh(), undefined);
  now['E:'] = '\\Device\\HarddiskVolume9';
  assert.equal(volumes.refresh()?.get('HarddiskVolume9'), 'E:');
  assert.equal(volumes.refresh(), undefined);
  delete now['E:'];
  assert.deepEqual(volumes.refresh(), new Map([['HarddiskVolume3', 'C:']]));
  assert.equal(volumes.known.size, 1);
});
