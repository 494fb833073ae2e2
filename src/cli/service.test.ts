import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';

for (const [args, says] of [
  [[], /expected one of install, uninstall, start, stop, reload, status, run\n/],
  [['instal'], /expected one of/],
  [['start', 'Sigel'], /unexpected argument "Sigel"/],
  [['status', '--name', 'a b'], /--name takes letters/],
  [['install', '--log', 'C:\\x'], /--log is for run alone/],
] as const) {
  test(`wrong usage: ${args.join(' ')}`, async () => {
    const { code, stderr } = await runCli(['service', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });
}

test('on another system it says so', { skip: process.platform === 'win32' }, async () => {
  const { code, stderr } = await runCli(['service', 'status']);
  assert.equal(code, 2);
  assert.match(stderr, /services are of Windows/);
});
