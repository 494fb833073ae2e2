import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';

const { stdout: script } = await runCli(['completion', 'bash']);
const hasBash = spawnSync('bash', ['--version']).status === 0;

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _sigel; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((word) => word !== '');
}

for (const [words, expected] of [
  [
    ['sigel', 're'],
    ['replay', 'record', 'reload'],
  ],
  [
    ['sigel', 'validate', ''],
    ['--config', '--set', '--help'],
  ],
  [['sigel', 'drain', '--w'], ['--wait']],
  [
    ['sigel', 'demo', '--s'],
    ['--signals', '--save'],
  ],
  [
    ['sigel', 'service', 's'],
    ['start', 'stop', 'status'],
  ],
  [['sigel', 'rules', 'cov'], ['coverage']],
  [['sigel', 'completion', 'po'], ['powershell']],
  [['sigel', '--config', 'x', '--wa'], ['--watch-config']],
  // A file, which bash itself completes.
  [['sigel', 'replay', 'trace'], []],
] as const) {
  test(`bash completes: ${words.join(' ')}`, { skip: !hasBash }, () =>
    assert.deepEqual(offered(...words), expected),
  );
}

test('every command is known to every shell', async () => {
  const { stdout: overview } = await runCli(['--help']);
  const commands = Array.from(overview.matchAll(/^ {2}([a-z-]+) {2,}\w/gm), ([, name = '']) => name);
  assert.ok(commands.length > 10);
  for (const shell of ['bash', 'zsh', 'powershell']) {
    const { stdout } = await runCli(['completion', shell]);
    for (const command of commands) assert.match(stdout, new RegExp(`\\b${command}\\b`), shell);
  }
});

test('another shell: it says which there are', async () => {
  const { code, stderr } = await runCli(['completion', 'tcsh']);
  assert.equal(code, 2);
  assert.match(stderr, /expected one of bash, zsh, powershell/);
});
