import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';

const skip = process.platform === 'win32';

test('on another system it says what to use instead', { skip }, async () => {
  const { code, stdout, stderr } = await runCli(['doctor', '--json']);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^sigel doctor: live events of ETW need Windows.*'sigel replay'.*\n$/);
});

test('an argument too many is wrong usage', async () => {
  const { code, stderr } = await runCli(['doctor', 'host']);
  assert.equal(code, 2);
  assert.match(stderr, /^sigel doctor: unexpected argument "host"\n/);
});

test('a preset that is none is wrong usage', async () => {
  const { code, stderr } = await runCli(['doctor', '--preset', 'all']);
  assert.equal(code, 2);
  assert.match(stderr, /^sigel doctor: --preset takes security, security_verbose, eolh, not "all"\n/);
});
