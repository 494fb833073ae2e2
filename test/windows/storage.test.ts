import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { windowsBench } from './peers/bench.ts';
import { windowsPath } from './peers/wine.ts';

const PROGRAM = fileURLToPath(new URL('programs/storage.ts', import.meta.url));
const result = await windowsBench();
const skip = result.kind === 'missing' ? result.reason : false;
const folder = mkdtempSync(join(tmpdir(), 'sigel-wine-storage-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
  if (result.kind === 'ready') result.bench.dispose();
});

test('what a killed program on Windows had stored is there, and a folder is of one agent', {
  skip,
}, async () => {
  assert.ok(result.kind === 'ready');
  const run = (mode: string) =>
    result.bench.runScript(PROGRAM, [windowsPath(result.bench.folder), windowsPath(folder), mode]);
  const killed = await run('kill');
  assert.notEqual(killed.code, 0);
  assert.ok(readdirSync(folder).includes('exporter_otlp_grpc.db-wal'), `the log is left: ${killed.stderr}`);
  const { code, stdout, stderr } = await run('look');
  assert.equal(code, 0, stderr);
  const { keys, last, second } = JSON.parse(stdout) as { keys: string[]; last: number; second: string };
  assert.deepEqual(
    keys,
    Array.from({ length: 19 }, (_, i) => String(i + 1).padStart(2, '0')),
  );
  assert.equal(last, 19);
  assert.match(second, /another process uses it/);
});
