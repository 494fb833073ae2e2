import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import { writeZip } from './zip.ts';

/** Reads an archive as its readers do: the end, the directory, the files where it says. */
function read(zip: Buffer): [name: string, content: string][] {
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  const files: [string, string][] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    const [crc, packed, size] = [16, 20, 24].map((offset) => zip.readUInt32LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const name = zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString();
    assert.equal(zip.readUInt32LE(local), 0x04034b50);
    // What both headers say of a file is the same.
    assert.deepEqual(zip.subarray(local + 4, local + 30), zip.subarray(at + 6, at + 32));
    const begin = local + 30 + zip.readUInt16LE(local + 26);
    const content = inflateRawSync(zip.subarray(begin, begin + (packed ?? 0)));
    assert.deepEqual([content.length, crc32(content)], [size, crc]);
    files.push([name, content.toString()]);
    at += 46 + name.length;
  }
  assert.equal(at, end);
  return files;
}

for (const [title, files] of [
  ['nothing', []],
  ['one empty file', [['a', '']]],
  [
    'files in folders, in the order given',
    [
      ['b/c.txt', 'c'.repeat(100_000)],
      ['a', 'æ'],
    ],
  ],
] as const) {
  test(`an archive of ${title} is read back`, () => {
    const contents = new Map(files.map(([name, content]) => [name, Buffer.from(content)]));
    assert.deepEqual(read(writeZip(contents)), files);
  });
}
