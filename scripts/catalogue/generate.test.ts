import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.ts';

const data = new URL('../../src/etw/catalogue/data/', import.meta.url);
const published = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(new URL('manifests/', published));
if (!present) {
  console.error(
    'catalogue: the published descriptions (../shared/data) are not here; not comparing the data with them',
  );
}

/** Where fields end, since nobody says how large the next one is; docs/undecoded.md lists them for readers. */
const CUT = [
  'Microsoft-Windows-Bits-Client 18/0: fields from sourceAddress on left out: binary data without a length',
  'Microsoft-Windows-Bits-Client 25/0: fields from sourceAddress on left out: binary data without a length',
  'Microsoft-Windows-Bits-Client 32/0: fields from Range on left out: type structure',
  'Microsoft-Windows-Bits-Client 72/0: fields from Range on left out: type structure',
  'Microsoft-Windows-Bits-Client 102/0: fields from ranges on left out: type structure',
  'Microsoft-Windows-Kernel-General 17/0: fields from SidValues on left out: type structure',
  'Microsoft-Windows-RPC 1/1: fields from Params on left out: type structure',
  'Microsoft-Windows-SMBClient 30906/0: fields from HistoryEntry on left out: type structure',
  'Microsoft-Windows-Win32k 55/0: fields from BindingInfoHandle on left out: type structure',
  'Microsoft-Windows-Win32k 102/0: fields from TimerStatisticsThreshold on left out: type structure',
];

test('the committed data is what the generator makes of the published descriptions', {
  skip: !present,
}, async () => {
  const inputs = {
    manifests: fileURLToPath(new URL('manifests/', published)),
    classic: fileURLToPath(new URL('classic/', published)),
  };
  const reports: string[] = [];
  const files = await generate(inputs, (line) => reports.push(line));
  assert.deepEqual([...files.keys()].sort(), readdirSync(data).sort());
  for (const [name, text] of files) {
    assert.equal(text, readFileSync(new URL(name, data), 'utf8'), `${name} differs: run npm run generate`);
  }
  assert.deepEqual(
    reports.filter((line) => line.includes('left out')),
    CUT,
  );
  // What else is reported is for whoever reviews a new build, but classes must be as published or known better.
  assert.deepEqual(
    reports.filter((line) => line.includes('Kernel_Trace')),
    [],
  );
});
