import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';

// No PowerShell is asked here: what the script calls must be what `sigel` knows.

const script = readFileSync(join(import.meta.dirname, 'install.ps1'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'sigel-install-'));
after(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config.yaml');
const VALUES: Readonly<Record<string, string>> = {
  $Config: config,
  $Endpoint: 'gateway:4317',
  $Cluster: 'shop-eu',
};

/** The lists of texts and variables that begin with this one. */
function calls(first: string): string[][] {
  return Array.from(script.matchAll(/@\(('[^@()]*)\)/g), ([, list = '']) =>
    list.split(', ').map((word) => VALUES[word] ?? word.slice(1, -1)),
  ).filter(([word]) => word === first);
}

test('the configuration that it writes is one', async () => {
  const [args = assert.fail('it writes none'), ...more] = calls('init');
  assert.equal(more.length, 0);
  const written = await runCli(args);
  assert.equal(written.code, 0, written.stderr);
  const text = readFileSync(config, 'utf8');
  assert.ok(text.includes('gateway:4317') && text.includes('shop-eu'), text);
  const checked = await runCli(['validate', '--config', config]);
  assert.equal(checked.code, 0, checked.stderr);
});

test('what it does with the service is what sigel does', { skip: process.platform === 'win32' }, async () => {
  const all = calls('service');
  assert.deepEqual(
    all.map(([, action]) => action),
    ['stop', 'uninstall', 'install', 'start'],
  );
  // What is wrong with the arguments is said before that.
  for (const args of all) assert.match((await runCli(args)).stderr, /services are of Windows/);
});
