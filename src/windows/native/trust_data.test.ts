import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { address } from 'koffi';
import { WINTRUST_CATALOG_INFO, WINTRUST_DATA, WINTRUST_FILE_INFO } from '../abi/trust_structs.ts';
import { close, ofFile, ofMember } from './trust_data.ts';

const FILE = { path: '\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\ä.exe', handle: 0x1234n };

/** Where in memory of one piece a pointer leads. */
function led(bytes: Buffer, at: number): number {
  const offset = Number(bytes.readBigUInt64LE(at) - address(bytes));
  assert.ok(offset > 0 && offset < bytes.length);
  return offset;
}

function text(bytes: Buffer, at: number): string {
  const from = led(bytes, at);
  return bytes.subarray(from).toString('utf16le').split('\0')[0] ?? '';
}

const ASKED = {
  cbStruct: 80,
  pPolicyCallbackData: 0,
  dwUIChoice: 2,
  fdwRevocationChecks: 0,
  dwStateAction: 1,
  dwProvFlags: 0x1000,
} as const;

function assertAsks(bytes: Buffer, choice: number): void {
  for (const [name, value] of Object.entries({ ...ASKED, dwUnionChoice: choice }))
    assert.equal(bytes.readUInt32LE(WINTRUST_DATA.at[name as keyof typeof ASKED]), value, name);
}

test('a question about the signature in a file', () => {
  const bytes = ofFile(FILE);
  assertAsks(bytes, 1);
  const info = led(bytes, WINTRUST_DATA.at.pFile);
  const { at, size } = WINTRUST_FILE_INFO;
  assert.equal(bytes.readUInt32LE(info + at.cbStruct), size);
  assert.equal(text(bytes, info + at.pcwszFilePath), FILE.path);
  assert.equal(bytes.readBigUInt64LE(info + at.hFile), FILE.handle);
});

test('a question about a file that a catalog lists', () => {
  const digest = Uint8Array.of(0xab, 1, 2);
  const bytes = ofMember(FILE, { catalog: 'C:\\c.cat', digest, admin: 0x77n });
  assertAsks(bytes, 2);
  const info = led(bytes, WINTRUST_DATA.at.pFile);
  const { at, size } = WINTRUST_CATALOG_INFO;
  assert.equal(bytes.readUInt32LE(info + at.cbStruct), size);
  assert.equal(text(bytes, info + at.pcwszCatalogFilePath), 'C:\\c.cat');
  assert.equal(text(bytes, info + at.pcwszMemberTag), 'AB0102');
  assert.equal(text(bytes, info + at.pcwszMemberFilePath), FILE.path);
  const from = led(bytes, info + at.pbCalculatedFileHash);
  assert.deepEqual([...bytes.subarray(from, from + 3)], [...digest]);
  assert.equal(bytes.readUInt32LE(info + at.cbCalculatedFileHash), 3);
  assert.equal(bytes.readBigUInt64LE(info + at.hMemberFile), FILE.handle);
  assert.equal(bytes.readBigUInt64LE(info + at.hCatAdmin), 0x77n);
});

test('closing a question changes its action alone', () => {
  const bytes = ofFile(FILE);
  const asked = Buffer.from(bytes);
  close(bytes);
  asked.writeUInt32LE(2, WINTRUST_DATA.at.dwStateAction);
  assert.deepEqual(bytes, asked);
});
