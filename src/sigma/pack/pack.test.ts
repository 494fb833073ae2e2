import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { makePack, openPack } from './pack.ts';
import { readTar, writeTar } from './tar.ts';

const keys = generateKeyPairSync('ed25519');
const others = generateKeyPairSync('ed25519');
const created = new Date('2026-03-01T00:00:00Z');
const signed = (archive: Buffer) => ({
  archive,
  signature: sign(null, archive, keys.privateKey).toString('base64'),
});
const packed = (files: Readonly<Record<string, string>>) =>
  gzipSync(writeTar(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))));
const ABOUT = { 'sigel-pack.json': '{"created":"2026-03-01T00:00:00Z"}' };

test('what was packed is in the pack: rules, without their tests', async () => {
  const files = new Map(
    ['a.yml', 'b/c.yaml', 'a.test.yml', 'notes.txt'].map((name) => [name, Buffer.from(name)]),
  );
  const opened = await openPack(await makePack(files, created, keys.privateKey), keys.publicKey);
  assert.ok(opened.kind === 'pack');
  assert.deepEqual(
    [...opened.pack.files],
    [
      ['a.yml', 'a.yml'],
      ['b/c.yaml', 'b/c.yaml'],
    ],
  );
  assert.equal(opened.pack.created, created.getTime());
});

const tar = writeTar(new Map([['a.yml', Buffer.from('text')]]));
const changed = (at: number, byte: number): Buffer => {
  const bytes = Buffer.from(tar);
  bytes[at] = byte;
  return bytes;
};
const renamed = (name: string): Buffer => {
  const bytes = Buffer.from(tar);
  bytes.fill(0, 0, 100).write(name, 0);
  bytes.write('        ', 148);
  const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
};
const refusals: readonly [what: string, archive: Buffer, reason: RegExp][] = [
  ['is no archive', Buffer.from('text'), /incorrect header check/],
  ['is cut off', gzipSync(tar.subarray(0, 514)), /a\.yml is cut off/],
  ['has no end', gzipSync(tar.subarray(0, 1024)), /it has no end/],
  ['has a header that was changed', gzipSync(changed(1, 65)), /a wrong checksum at byte 0/],
  ['leads out of its folder', gzipSync(renamed('../a.yml')), /the name "\.\.\/a\.yml" is not allowed/],
  ['leads to a drive', gzipSync(renamed('C:\\a.yml')), /is not allowed/],
  ['begins at the root', gzipSync(renamed('/a.yml')), /is not allowed/],
  ['does not say when it was made', packed({ 'a.yml': '' }), /does not say when it was created/],
  ['unpacks to more than it may', gzipSync(Buffer.alloc(129 << 20)), /larger than/],
];
for (const [what, archive, reason] of refusals) {
  test(`a signed pack that ${what} is refused`, async () => {
    const opened = await openPack(signed(archive), keys.publicKey);
    assert.match(opened.kind === 'refused' ? opened.reason : '', reason);
  });
}

test('a pack is refused that another key has signed, or that was changed', async () => {
  const good = signed(packed(ABOUT));
  const flipped = Buffer.from(good.archive);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const wrong = [
    await openPack(good, others.publicKey),
    await openPack({ ...good, archive: flipped }, keys.publicKey),
    await openPack({ ...good, signature: '' }, keys.publicKey),
    await openPack({ ...good, signature: 'no base64' }, keys.publicKey),
  ];
  assert.deepEqual(new Set(wrong.map(({ kind }) => kind)), new Set(['refused']));
  assert.equal((await openPack(good, keys.publicKey)).kind, 'pack');
});

test('whatever bytes an archive has, reading it ends with files or a reason', () => {
  const bytes = fc.uint8Array({ maxLength: 2048 }).map((one) => Buffer.from(one));
  const damaged = fc
    .array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const copy = Buffer.from(tar);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(bytes, damaged), (one) => {
      const read = readTar(one);
      assert.ok(read.kind === 'files' || read.reason !== '');
    }),
    { numRuns: 500 },
  );
});

test('names of up to 255 characters are written and read; longer ones are not written', () => {
  const long = `${'d'.repeat(120)}/${'f'.repeat(90)}.yml`;
  const read = readTar(writeTar(new Map([[long, Buffer.from('x')]])));
  assert.deepEqual(read.kind === 'files' && [...read.files.keys()], [long]);
  assert.throws(() => writeTar(new Map([[`${'f'.repeat(101)}.yml`, Buffer.from('x')]])), /too long/);
});
