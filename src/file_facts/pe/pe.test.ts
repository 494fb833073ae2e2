import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PeSpec, versionResource, writePe } from '../../../test/support/pe_writer.ts';
import { PeImage } from './image.ts';
import { imphashOf } from './imphash.ts';
import { PagedFile } from './paged_file.ts';
import { type VersionInfo, versionInfo } from './version_info.ts';
import { readVersionInfo } from './version_resource.ts';

const MAX_BYTES = 8 * 1024 * 1024;

function paged(bytes: Uint8Array, maxBytes = MAX_BYTES): PagedFile {
  return new PagedFile(
    (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    maxBytes,
  );
}

async function versionOf(bytes: Uint8Array): Promise<VersionInfo | undefined> {
  const image = await PeImage.open(paged(bytes));
  return image === undefined ? undefined : readVersionInfo(image);
}

async function imphash(bytes: Uint8Array): Promise<string | undefined> {
  const image = await PeImage.open(paged(bytes));
  return image === undefined ? undefined : imphashOf(image);
}

const CMD = {
  CompanyName: 'Microsoft Corporation',
  FileDescription: 'Windows Command Processor',
  FileVersion: '10.0.20348.1 (WinBuild.160101.0800)',
  OriginalFilename: 'Cmd.Exe',
  ProductName: 'Microsoft® Windows® Operating System',
};
const TOLD: VersionInfo = {
  originalFileName: 'Cmd.Exe',
  description: 'Windows Command Processor',
  product: 'Microsoft® Windows® Operating System',
  company: 'Microsoft Corporation',
  fileVersion: '10.0.20348.1 (WinBuild.160101.0800)',
};
const NOTHING: VersionInfo = {
  originalFileName: undefined,
  description: undefined,
  product: undefined,
  company: undefined,
  fileVersion: undefined,
};

const versions: readonly [title: string, spec: PeSpec, told: VersionInfo | undefined][] = [
  ['of 64 bits', { version: CMD }, TOLD],
  ['of 32 bits', { version: CMD, wide: false }, TOLD],
  ['with nothing to say', { version: {} }, NOTHING],
  [
    'with numbers alone',
    { version: {}, fixedVersion: [10, 0, 20348, 1] },
    { ...NOTHING, fileVersion: '10.0.20348.1' },
  ],
  [
    'with a text and numbers',
    { version: { FileVersion: '1.0 beta' }, fixedVersion: [1, 0, 0, 7] },
    { ...NOTHING, fileVersion: '1.0 beta' },
  ],
  [
    'with blanks around a text',
    { version: { OriginalFilename: ' a.exe  ' } },
    { ...NOTHING, originalFileName: 'a.exe' },
  ],
  [
    'with an empty text',
    { version: { OriginalFilename: '', ProductName: 'x' } },
    { ...NOTHING, product: 'x' },
  ],
  ['without a resource', {}, undefined],
];
for (const [title, spec, told] of versions) {
  test(`version resource: an image ${title}`, async () => {
    assert.deepEqual(await versionOf(writePe(spec)), told);
  });
}

test('version resource: a text is cut at 1,024 characters', async () => {
  const told = await versionOf(writePe({ version: { ProductName: 'x'.repeat(5000) } }));
  assert.equal(told?.product, 'x'.repeat(1024));
});

const none: readonly [title: string, bytes: Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['a script', Buffer.from('#!/bin/sh\n'.repeat(20))],
  ['the beginning of an image', writePe({ version: CMD }).subarray(0, 0x90)],
  ['headers without sections', writePe({ version: CMD }).subarray(0, 0x400)],
];
for (const [title, bytes] of none) {
  test(`version resource: ${title} has none`, async () => assert.equal(await versionOf(bytes), undefined));
}

const IMPORTS: PeSpec['imports'] = [
  ['KERNEL32.dll', ['CreateFileW', 'ExitProcess']],
  ['WS2_32.dll', [3, 'WSAStartup']],
  ['odd.drv', [9]],
];
const IMPORTED =
  'kernel32.createfilew,kernel32.exitprocess,ws2_32.closesocket,ws2_32.wsastartup,odd.drv.ord9';
for (const wide of [true, false]) {
  test(`imphash: names and numbers in order, ${wide ? 64 : 32} bits`, async () => {
    const expected = createHash('md5').update(IMPORTED).digest('hex');
    assert.equal(await imphash(writePe({ imports: IMPORTS, wide })), expected);
  });
}
test('imphash: an image that imports nothing has none', async () => {
  assert.equal(await imphash(writePe({ version: CMD })), undefined);
});

test('a file costs no more than it may, wherever its offsets lead', async () => {
  let read = 0;
  const bytes = writePe({ version: CMD, imports: IMPORTS });
  const count = (offset: number, length: number): Promise<Uint8Array> => {
    read += length;
    return Promise.resolve(bytes.subarray(offset, offset + length));
  };
  const file = new PagedFile(count, 64 * 1024);
  for (let at = 0; at < 10 * 1024 * 1024; at += 4096) await file.bytes(at, 4);
  assert.ok(read <= 64 * 1024, String(read));
});

test('fuzz: a damaged image is read to an end, and never throws', async () => {
  const sound = writePe({ version: CMD, fixedVersion: [1, 2, 3, 4], imports: IMPORTS });
  const damage = fc.array(
    fc.tuple(fc.nat(sound.length - 4), fc.oneof(fc.nat(255), fc.constantFrom(0xffffffff, 0x80000000, 0))),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(sound.length), async (changes, cut) => {
      const bytes = Buffer.from(sound);
      for (const [at, value] of changes) {
        if (value > 255) bytes.writeUInt32LE(value, at);
        else bytes.writeUInt8(value, at);
      }
      for (const damaged of [bytes, bytes.subarray(0, cut)]) {
        const told = await versionOf(damaged);
        for (const text of Object.values(told ?? {})) assert.ok(text === undefined || text.length <= 1024);
        const hash = await imphash(damaged);
        assert.ok(hash === undefined || /^[0-9a-f]{32}$/.test(hash));
      }
    }),
    { numRuns: 500 },
  );
});

test('fuzz: any bytes as a version resource', () => {
  const sound = versionResource(CMD, [1, 2, 3, 4]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(sound.length - 1), (noise, at) => {
      const bytes = Buffer.from(sound);
      bytes.set(noise.subarray(0, bytes.length - at), at);
      versionInfo(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      versionInfo(new DataView(noise.buffer, noise.byteOffset, noise.byteLength));
    }),
    { numRuns: 2000 },
  );
});
