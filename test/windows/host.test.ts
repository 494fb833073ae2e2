import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { windowsBench } from './peers/bench.ts';
import { windowsPath } from './peers/wine.ts';

const PROGRAM = fileURLToPath(new URL('programs/host.ts', import.meta.url));
const result = await windowsBench();
const skip = result.kind === 'missing' ? result.reason : false;
const root = mkdtempSync(join(tmpdir(), 'sigel-host-'));
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  rmSync(root, { recursive: true });
});

test('volumes, accounts, registry, rights and private folders, as Windows code has them', {
  skip,
}, async () => {
  assert.ok(result.kind === 'ready');
  const { bench } = result;
  const folder = join(root, 'outer', 'inner');
  const file = join(root, 'file');
  writeFileSync(file, '');
  const foreign = join(root, 'foreign');
  mkdirSync(foreign);
  // Only root can give a folder away.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(foreign, 12_345, 12_345);
  // Wine shows mode bits as access lists.
  const shared = join(root, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  const args = [bench.folder, folder, file, foreign, shared].map(windowsPath);
  const { code, stdout, stderr } = await bench.runScript(PROGRAM, args);
  assert.equal(code, 0, stderr);
  const {
    nobody,
    noSid,
    own,
    version,
    clock,
    memory,
    foreign: other,
    writers,
    ...said
  } = JSON.parse(stdout) as Record<string, unknown>;
  const account = (domain: string, name: string) => ({ kind: 'ok', value: { name, domain } });
  assert.deepEqual(said, {
    devices: { c: '\\Device\\HarddiskVolume1', none: null },
    volumes: [
      ['HarddiskVolume1', 'C:'],
      ['HarddiskVolume2', 'Z:'],
    ],
    system: account('NT AUTHORITY', 'SYSTEM'),
    administrators: account('BUILTIN', 'Administrators'),
    // Wine 8 says it is this build of Windows 10.
    build: '18362',
    expanded: 'C:\\windows\\system32\\cmd.exe',
    absent: null,
    notNumber: null,
    rights: { kind: 'ok', value: { elevated: true, user: 'S-1-5-21-0-0-0-1000' } },
    // An account that Windows has and the table of the same everywhere does not.
    together: { problem: null, known: 'Server Operators', volumes: 'C:', changed: null },
    folder: 'ok',
    again: 'ok',
    file: 'failed',
  });
  assert.equal(version, 'windows 18362.0');
  assert.deepEqual([nobody, noSid].map(kindOf), ['failed', 'failed']);
  assert.equal(kindOf(own), 'ok');
  assert.equal(kindOf(other), isRoot ? 'failed' : 'ok');
  if (isRoot) assert.match(JSON.stringify(other), /which belongs to S-1-5-/);
  const [inPrivate, inFile, inShared, inNone] = writers as readonly unknown[];
  assert.deepEqual([inPrivate, inFile], [null, null]);
  assert.equal(inShared, 'can be written by S-1-1-0 (icacls: only Administrators and SYSTEM may)');
  assert.match(String(inNone), /^keeps to itself who can write to it .*GetNamedSecurityInfoW/);
  const { offWall, seconds, ticks } = clock as Record<string, number>;
  assert.ok((offWall ?? 1) < 0.5);
  // 10 MHz: the counter and the time went on together.
  assert.ok(Math.abs((ticks ?? 0) / 1e7 - (seconds ?? 0)) < 0.05 && (seconds ?? 0) > 0.15);
  // A process of Node.js has some 30 MiB to itself at least, and Wine puts it into no job with a limit.
  const { committed, limit } = memory as Record<string, number | null>;
  assert.ok((committed ?? 0) > 2 ** 24 && (committed ?? 0) < 2 ** 34);
  assert.equal(limit, null);
  assert.ok(existsSync(folder));
});

function kindOf(called: unknown): unknown {
  return (called as { readonly kind?: unknown }).kind;
}
