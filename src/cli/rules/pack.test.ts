import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../../test/support/cli_io.ts';
import { smallRule } from '../../../test/support/small_rules.ts';
import { openPack } from '../../sigma/pack/pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-pack-'));
after(() => rmSync(folder, { recursive: true }));
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = join(folder, 'key.pem');
writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
const rules = join(folder, 'rules');
mkdirSync(join(rules, 'windows'), { recursive: true });
writeFileSync(join(rules, 'windows', 'a.yml'), smallRule('a'));
const broken = join(folder, 'broken.yml');
writeFileSync(broken, smallRule('b').replace('|endswith', '|endswidth'));
const out = join(folder, 'pack.tar.gz');
const pack = (...args: string[]) => runCli(['rules', 'pack', ...args]);

test('rules pack writes a pack and its signature, which open with the public key', async () => {
  const run = await pack(rules, '--key', key, '--out', out);
  assert.deepEqual([run.code, run.stderr], [0, '']);
  assert.match(run.stdout, /^1 file in .*pack\.tar\.gz, signed in .*\.sig\nsha256 [0-9a-f]{64}\n$/);
  const signed = { archive: readFileSync(out), signature: readFileSync(`${out}.sig`, 'utf8').trim() };
  const opened = await openPack(signed, publicKey);
  assert.ok(opened.kind === 'pack');
  assert.deepEqual([...opened.pack.files], [['windows/a.yml', smallRule('a')]]);
});

const wrong: readonly [what: string, args: readonly string[], exitCode: number, stderr: RegExp][] = [
  ['a rule that does not load', [broken, '--key', key, '--out', out], 1, /endswidth/],
  ['a key that is none', [rules, '--key', broken, '--out', out], 1, /sigel rules: /],
  ['no key', [rules, '--out', out], 2, /pack: name rules, --key/],
];
for (const [what, args, exitCode, stderr] of wrong) {
  test(`rules pack: ${what}`, async () => {
    const run = await pack(...args);
    assert.equal(run.code, exitCode);
    assert.match(run.stderr, stderr);
  });
}
