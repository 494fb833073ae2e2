import assert from 'node:assert/strict';
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
