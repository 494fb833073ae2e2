import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { writePe } from '../../test/support/pe_writer.ts';
import type { FactsWanted } from './facts.ts';
import { isOfHost, keyOf, placeBelow, placeOnWindows, type ToldPaths } from './file_place.ts';
import { FileReader, type ReaderLimits } from './file_reader.ts';
import { type FilePlace, openPlain, pathOf } from './plain_file.ts';

const root = mkdtempSync(join(tmpdir(), 'sigel-files-'));
after(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

const shown = (path: string, kernel?: string): ToldPaths => ({ shown: path, kernel });
const VHD = '\\Device\\VhdHardDisk{1f2e3d4c-0000-1111-2222-333344445555}';
const windows: readonly [title: string, paths: ToldPaths, path: string | undefined][] = [
  [
    'a volume',
    shown('C:\\a\\b.exe', '\\Device\\HarddiskVolume3\\a\\b.exe'),
    '\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\a\\b.exe',
  ],
  [
    "a container's volume, whatever it is called there",
    shown('C:\\a.exe', `${VHD}\\a.exe`),
    `\\\\?\\GLOBALROOT${VHD}\\a.exe`,
  ],
  ['a letter', shown('D:\\a\\b.exe'), 'D:\\a\\b.exe'],
  ['a driver by the system’s root', shown('C:\\Windows\\d.sys', '\\SystemRoot\\d.sys'), 'C:\\Windows\\d.sys'],
  ['a share', shown('\\\\server\\share\\a.exe', '\\Device\\Mup\\server\\share\\a.exe'), undefined],
  ['a letter that is another device', shown('Z:\\a.exe', '\\Device\\LanmanRedirector\\x\\a.exe'), undefined],
  ['a pipe', shown('\\Device\\NamedPipe\\x'), undefined],
  ['a way up', shown('C:\\a\\..\\b.exe'), undefined],
  ['another separator', shown('C:\\a/../b.exe'), undefined],
  ['a name alone', shown('a.exe'), undefined],
  ['no folder', shown('C:\\\\a.exe'), undefined],
  ['a very long path', shown(`C:\\${'a'.repeat(3000)}`), undefined],
];
for (const [title, paths, path] of windows) {
  test(`place on Windows: ${title}`, () => {
    const place = placeOnWindows(paths);
    assert.equal(place === undefined ? undefined : pathOf(place, place.parts.length), path);
  });
}

const VOLUME_3 = '\\Device\\HarddiskVolume3';
const ofHost: readonly [title: string, paths: ToldPaths, is: boolean][] = [
  ['a letter and its volume', shown('C:\\a\\b.exe', `${VOLUME_3}\\A\\b.exe`), true],
  ['a letter alone', shown('C:\\a.exe'), true],
  ['a driver by the system’s root', shown('C:\\Windows\\d.sys', '\\SystemRoot\\d.sys'), true],
  ['another volume', shown('C:\\a.exe', '\\Device\\HarddiskVolume7\\a.exe'), false],
  ["a container's volume", shown('C:\\a.exe', `${VHD}\\a.exe`), false],
  ['a layer of an image', shown('C:\\a.exe', `${VOLUME_3}\\layers\\1\\Files\\a.exe`), false],
  ['a letter that the host has not', shown('Q:\\a.exe', `${VOLUME_3}\\a.exe`), false],
  ['no letter', shown(`${VOLUME_3}\\a.exe`), false],
];
for (const [title, paths, is] of ofHost)
  test(`of the host: ${title}`, () =>
    assert.equal(
      isOfHost(paths, (letter) => (letter === 'C:' ? VOLUME_3 : undefined)),
      is,
    ));

test('place below a root: names in any case, and nothing above it', async () => {
  put('C/Windows/System32/Cmd.exe', 'x');
  const place = await placeBelow(root, shown('c:\\WINDOWS\\system32\\cmd.exe'));
  assert.deepEqual(place?.parts, ['C', 'Windows', 'System32', 'Cmd.exe']);
  for (const path of [
    'C:\\Windows\\none.exe',
    'C:\\..\\x',
    'C:\\Windows\\..\\..\\..\\etc\\passwd',
    '\\Device\\x',
  ])
    assert.equal(await placeBelow(root, shown(path)), undefined, path);
});

function below(...parts: string[]): FilePlace {
  return { base: root, parts, separator: '/' };
}

test('only plain folders and files are opened', async () => {
  put('C/real/a.exe', 'x');
  symlinkSync(join(root, 'C/real'), join(root, 'C/linked'));
  symlinkSync(join(root, 'C/real/a.exe'), join(root, 'C/real/link.exe'));
  const opened = await openPlain(below('C', 'real', 'a.exe'));
  assert.equal(opened.kind, 'opened');
  if (opened.kind === 'opened') await opened.handle.close();
  const refused: readonly [FilePlace, string][] = [
    [below('C', 'real', 'link.exe'), 'not_plain'],
    [below('C', 'linked', 'a.exe'), 'not_plain'],
    [below('C', 'real'), 'not_plain'],
    [below('C', 'real', 'a.exe', 'b'), 'not_plain'],
    [below('C', 'real', 'none.exe'), 'missing'],
    [below(), 'not_plain'],
  ];
  for (const [place, kind] of refused) assert.equal((await openPlain(place)).kind, kind, keyOf(place));
});

const NO_DIGESTS: FactsWanted = { digests: [], maxHashedSize: 0 };
const WIDE: ReaderLimits = { cached: 16, queued: 16 };

test('digests of a file, up to a size; the import hash whatever its size', async () => {
  const bytes = writePe({ version: {}, imports: [['a.dll', ['f']]] });
  put('C/d.exe', bytes);
  const digests = ['md5', 'sha1', 'sha256', 'imphash'] as const;
  const of = (algorithm: string, data: Uint8Array | string): string =>
    createHash(algorithm).update(data).digest('hex');
  const whole = new FileReader({ digests, maxHashedSize: bytes.length }, WIDE);
  const read = await whole.read(below('C', 'd.exe'));
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.facts.digests, {
    md5: of('md5', bytes),
    sha1: of('sha1', bytes),
    sha256: of('sha256', bytes),
    imphash: of('md5', 'a.f'),
  });
  const short = new FileReader({ digests, maxHashedSize: bytes.length - 1 }, WIDE);
  const small = await short.read(below('C', 'd.exe'));
  assert.ok(small.kind === 'read');
  assert.deepEqual(small.facts.digests, { imphash: of('md5', 'a.f') });
});

test('a signature is asked for of images, up to a size, with whether they have one of their own', async () => {
  const own = writePe({ certificates: true });
  put('C/s/own.exe', own);
  put('C/s/none.exe', writePe());
  put('C/s/text.exe', 'MZ');
  put('C/s/long.exe', writePe({ version: {} }));
  const asked: string[] = [];
  const reader = new FileReader(
    {
      digests: [],
      maxHashedSize: own.length,
      signature: async ({ path, hasOwn }) => {
        asked.push(`${path.slice(root.length)} ${hasOwn}`);
        return { kind: 'unsigned' };
      },
    },
    WIDE,
  );
  const told: unknown[] = [];
  for (const name of ['own', 'none', 'text', 'long', 'own']) {
    const read = await reader.read(below('C', 's', `${name}.exe`));
    told.push('facts' in read ? read.facts.signature?.kind : read.kind);
  }
  assert.deepEqual(told, ['unsigned', 'unsigned', undefined, undefined, 'unsigned']);
  assert.deepEqual(asked, ['/C/s/own.exe true', '/C/s/none.exe false']);
});

test('a file is read once, until it changes', async () => {
  put('C/once.exe', writePe({ version: { OriginalFilename: 'one.exe' } }));
  let now = 0;
  const reader = new FileReader(NO_DIGESTS, WIDE, () => now);
  const place = below('C', 'once.exe');
  assert.equal(reader.fresh(place), undefined);
  assert.equal((await reader.read(place)).kind, 'read');
  assert.equal(reader.fresh(place)?.version?.originalFileName, 'one.exe');
  now += 10_000;
  assert.equal(reader.fresh(place), undefined);
  assert.equal((await reader.read(place)).kind, 'cached');
  put('C/once.exe', writePe({ version: { OriginalFilename: 'two.exe' } }));
  utimesSync(join(root, 'C/once.exe'), 1, 1);
  const again = await reader.read(place);
  assert.ok(again.kind === 'read');
  assert.equal(again.facts.version?.originalFileName, 'two.exe');
});

test('what was used last is kept, and no more than there is room for', async () => {
  for (const name of ['1', '2', '3']) put(`C/lru/${name}`, name);
  const reader = new FileReader(NO_DIGESTS, { cached: 2, queued: 16 });
  const kinds: string[] = [];
  for (const name of ['1', '2', '1', '3', '1', '2'])
    kinds.push((await reader.read(below('C', 'lru', name))).kind);
  assert.deepEqual(kinds, ['read', 'read', 'cached', 'read', 'cached', 'read']);
});

test('files that are asked for at once wait, as many as may, and each is read once', async () => {
  for (const name of ['1', '2', '3', '4']) put(`C/q/${name}`, name);
  const reader = new FileReader(NO_DIGESTS, { cached: 16, queued: 3 });
  const asked = ['1', '2', '1', '3', '4'].map((name) => reader.read(below('C', 'q', name)));
  const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['read', 'read', 'read', 'read', 'skipped']);
});
