import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';

test('the bundled trace is told, with what the built-in rules find in it', async () => {
  const { code, stdout, stderr } = await runCli(['demo']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /process\.start +w3wp\.exe/);
  assert.match(stdout, /shop-updater\.exe/);
  assert.match(stdout, /critical|high/);
  assert.match(stderr, /receiver etl +read \d+ = emitted/);
});

test('options are those of replay', async () => {
  const { stdout } = await runCli(['demo', '--limit', '3']);
  assert.match(stdout, /and \d+ more lines \(--limit/);
  const wrong = await runCli(['demo', '--format', 'xml']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--format is table or json, not 'xml'/);
});

test('the trace can be had as a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-demo-'));
  try {
    const saved = await runCli(['demo', '--save', join(folder, 'new')]);
    assert.equal(saved.code, 0, saved.stderr);
    assert.deepEqual(readdirSync(join(folder, 'new')).sort(), [
      'shop_attack.containers.ndjson',
      'shop_attack.etl.gz',
    ]);
    writeFileSync(join(folder, 'file'), '');
    const refused = await runCli(['demo', '--save', join(folder, 'file')]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^sigel demo: .* cannot be written: it is there already$/m);
    for (const wrong of [['--save'], ['--save', folder, '--limit', '3']]) {
      const { code, stderr } = await runCli(['demo', ...wrong]);
      assert.equal(code, 2);
      assert.match(stderr, /expected --save FOLDER, alone/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
