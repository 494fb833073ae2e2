import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type OpenTrace, openTrace } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-test-'));
after(() => rmSync(folder, { recursive: true }));
const bytes = randomBytes(100_000);

function put(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function all(trace: OpenTrace): Buffer {
  const target = Buffer.alloc(trace.source.size);
  assert.equal(trace.source.read(0, target), target.length);
  return target;
}

for (const { name, content, limits } of [
  { name: 'plain', content: bytes, limits: { memory: 10, disk: 10 } },
  { name: 'gzip, unpacked to memory', content: gzipSync(bytes), limits: { memory: 100_000, disk: 1e6 } },
  {
    name: 'gzip, unpacked to a temporary file',
    content: gzipSync(bytes),
    limits: { memory: 1000, disk: 1e6 },
  },
]) {
  test(`opens a trace: ${name}`, async () => {
    const trace = await openTrace(put(`${name}.etl`, content), limits);
    assert.deepEqual(all(trace), bytes);
    const tail = Buffer.alloc(20);
    assert.equal(trace.source.read(bytes.length - 10, tail), 10);
    assert.equal(trace.source.read(bytes.length + 10, tail), 0);
    assert.equal(trace.problem, undefined);
    trace.close();
  });
}

test('a gzip file that unpacks to too much is refused, and leaves nothing behind', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('sigel-')).length;
  await assert.rejects(
    openTrace(put('bomb.etl.gz', gzipSync(Buffer.alloc(3_000_000))), { memory: 1000, disk: 1e6 }),
    /unpacks to more than 1000000 bytes/,
  );
  assert.equal(readdirSync(tmpdir()).filter((name) => name.startsWith('sigel-')).length, before);
});

test('a gzip file that is cut off gives what it holds, and says so', async () => {
  const packed = gzipSync(bytes);
  const trace = await openTrace(put('cut.etl.gz', packed.subarray(0, packed.length - 5000)));
  assert.match(trace.problem ?? '', /cut off/);
  assert.ok(trace.source.size > 50_000);
  assert.deepEqual(all(trace), bytes.subarray(0, trace.source.size));
  trace.close();
});

test('what is no file is refused', async () => {
  await assert.rejects(openTrace(join(folder, 'none.etl')), { code: 'ENOENT' });
  await assert.rejects(openTrace(folder), /not a regular file|EISDIR/);
});

test('small reads give the same bytes in whatever order they come', async () => {
  const content = randomBytes(400_000);
  const trace = await openTrace(put('order.etl', content));
  const positions = [0, 72, 8192, 16_384, 24_576, 20_000, 8192, 160_000, 168_192, 176_000, 140_000, 396_000];
  for (const position of [...positions, 399_990, 400_000, 500_000, 0]) {
    const target = Buffer.alloc(8192);
    const got = trace.source.read(position, target);
    assert.deepEqual(target.subarray(0, got), content.subarray(position, position + 8192), `${position}`);
  }
  trace.close();
});
