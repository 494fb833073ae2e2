/** What the built-in rules find in the demo, as `npm start` shows it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../test/support/cli_io.ts';

const DEMO = fileURLToPath(new URL('shop_attack.etl.gz', import.meta.url));
const { code, stdout, stderr } = await runCli(['replay', DEMO, '--rules', 'builtin']);
const table = stdout.slice(stdout.indexOf(' detections:'));
const found = table.split('\n').filter((line) => line.startsWith('09:15:'));

const EXPECTED: readonly (readonly [rule: RegExp, process: string])[] = [
  [/high +Shell started by a server process in a container/, 'cmd.exe'],
  [/high +PowerShell with an encoded command/, 'powershell.exe'],
  [/medium +Shell in a container connects to a public addr/, 'powershell.exe'],
  [/high +Autostart registry key set in a container/, 'powershell.exe'],
  [/medium +Executable dropped in a container/, 'powershell.exe'],
  [/high +Program written and then run in a container/, 'shop-updater.exe'],
  [/medium +Program started from a temporary or public fold/, 'shop-updater.exe'],
  [/high +Crypto miner by its pool address/, 'shop-updater.exe'],
  [/high +Process started under another parent/, 'rundll32.exe'],
  [/high +Tor client started/, 'tor.exe'],
];
for (const [rule, process] of EXPECTED) {
  test(`${rule.source} by ${process}`, () => {
    assert.equal(code, 0, stderr);
    assert.ok(
      found.some((line) => rule.test(line) && line.includes(` ${process} (`)),
      table,
    );
  });
}

test('all of it in the web pod; the other pod and the node do nothing that fires', () => {
  assert.ok(found.length >= EXPECTED.length);
  for (const line of found) assert.match(line, / shop-web-6d5f8b7c9d-x2x7p /);
});
