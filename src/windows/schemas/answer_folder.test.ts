import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Answer } from './answer.ts';
import { answerKey, MAX_FILE, readAnswers, writeAnswers } from './answer_file.ts';
import { AnswerFolder } from './answer_folder.ts';

const GUID = '7c1d3b52-0e4f-4a69-8b1c-d2e3f4a5b6c7';
const folder = mkdtempSync(join(tmpdir(), 'sigel-tdh-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, `${GUID}.tdh`);

const answers = new Map<number, Answer>([
  [answerKey('manifest', 7, 1), { kind: 'known', info: Buffer.from('info'), maps: [Buffer.from('map')] }],
  [answerKey('class', 7, 1), { kind: 'unknown' }],
]);

test('answers come back; those of another version do not', async () => {
  const kept = new AnswerFolder(folder);
  await kept.save(GUID, 'x.dll 1 2', answers);
  assert.deepEqual(kept.load(GUID, 'x.dll 1 2'), answers);
  assert.equal(kept.load(GUID, 'x.dll 1 3'), undefined);
  assert.equal(kept.load('0'.repeat(36), ''), undefined);
  assert.equal(kept.damaged, 0);
});

test('a file is the owner’s only, and replaced as a whole', async () => {
  const kept = new AnswerFolder(folder);
  await kept.save(GUID, '1', answers);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), [`${GUID}.tdh`]);
});

for (const { name, bytes } of [
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'cut off', bytes: writeAnswers('x', answers).subarray(0, -1) },
  { name: 'of something else', bytes: Buffer.alloc(500, 'text') },
  { name: 'too large', bytes: Buffer.alloc(MAX_FILE + 1) },
]) {
  test(`a file that is ${name} is left out, counted and replaced`, async () => {
    const kept = new AnswerFolder(folder);
    writeFileSync(file, bytes);
    assert.equal(kept.load(GUID, '1'), undefined);
    assert.equal(kept.damaged, 1);
    await kept.save(GUID, '1', answers);
    assert.deepEqual(kept.load(GUID, '1'), answers);
  });
}

test('what lies there longest goes when there is too much, and what a crash left', async () => {
  const kept = new AnswerFolder(folder, { files: 2, bytes: 1e6 });
  for (const [i, digit] of ['a', 'b', 'c'].entries()) {
    const guid = GUID.replaceAll(/./g, (c) => (c === '-' ? c : digit));
    await kept.save(guid, '1', answers);
    utimesSync(join(folder, `${guid}.tdh`), 1000 + i, 2_000_000_000 + i);
  }
  writeFileSync(join(folder, `${GUID}.tdh.1.tmp`), 'half');
  await kept.trim();
  assert.deepEqual(
    readdirSync(folder).map((name) => name[0]),
    ['b', 'c'],
  );
});

test('saving where there is no folder rejects', async () => {
  await assert.rejects(new AnswerFolder(join(folder, 'none')).save(GUID, '1', answers));
});

test('a GUID that is none names no file', async () => {
  await new AnswerFolder(folder).save('../x', '1', answers);
  assert.equal(new AnswerFolder(folder).load('../x', '1'), undefined);
});

test('any answers come back, as far as they fit; any bytes are read without harm', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((b) => Buffer.from(b));
  const answer = fc.oneof(
    fc.constant<Answer>({ kind: 'unknown' }),
    fc.record(
      { kind: fc.constant('known' as const), info: bytes, maps: fc.array(bytes, { maxLength: 3 }) },
      { noNullPrototype: true },
    ),
  );
  const all = fc.array(fc.tuple(fc.nat(0x1ffffff), answer), { maxLength: 20 });
  fc.assert(
    fc.property(all, fc.string(), (entries, identity) => {
      const map = new Map(entries);
      assert.deepEqual(readAnswers(writeAnswers(identity, map), identity), map);
    }),
  );
  fc.assert(
    fc.property(all, fc.nat(2000), fc.nat(255), (entries, at, value) => {
      const written = writeAnswers('x', new Map(entries));
      written[at % written.length] = value;
      const read = readAnswers(written, 'x');
      assert.ok(read === 'damaged' || read === 'other' || read instanceof Map);
    }),
  );
});
