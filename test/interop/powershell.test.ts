import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from '../support/cli_io.ts';
import { blocksOf, ROOT } from '../support/documents.ts';
import { ensurePowershellGrammar, powershellParser } from './peers/powershell_grammar.ts';

// No PowerShell runs here: a grammar that others wrote says at least that what is given to it is PowerShell.

const grammar = await ensurePowershellGrammar();
const skip = grammar.kind === 'missing' ? grammar.reason : false;
const errors = grammar.kind === 'ready' ? await powershellParser(grammar.path) : () => [];

const INSTALL = 'scripts/release/install.ps1';
const SCRIPTS = globSync('{scripts,test}/**/*.ps1', { cwd: ROOT });
const DOCUMENTS = globSync('{README.md,{docs,docker,charts,extensions,receivers}/**/*.md}', { cwd: ROOT });

for (const script of SCRIPTS) {
  test(`${script} is PowerShell`, { skip }, () =>
    assert.deepEqual(errors(readFileSync(join(ROOT, script), 'utf8')), []),
  );
}

test('both scripts are looked at', () => {
  assert.deepEqual(SCRIPTS.toSorted(), [INSTALL, 'test/windows/verify.ps1']);
});

test('what documents show is PowerShell', { skip }, () => {
  const blocks = DOCUMENTS.flatMap((document) =>
    blocksOf(document)
      .filter(({ language }) => language === 'powershell')
      .map(({ text }) => [document, text] as const),
  );
  assert.ok(blocks.length > 5, `${blocks.length} blocks`);
  assert.deepEqual(
    blocks.flatMap(([document, text]) => errors(text).map((error) => `${document}: ${error}`)),
    [],
  );
});

test('what `sigel completion powershell` prints is PowerShell', { skip }, async () => {
  assert.deepEqual(errors((await runCli(['completion', 'powershell'])).stdout), []);
});

for (const [title, from, to] of [
  ['a parenthesis that is not closed', 'return Get-CimInstance', 'return (Get-CimInstance'],
  ['a brace too many', 'exit 2', 'exit 2 }'],
  ['a quote that is not closed', "'icacls.exe'", "'icacls.exe"],
] as const) {
  test(`it would be seen: ${title}`, { skip }, () => {
    const script = readFileSync(join(ROOT, INSTALL), 'utf8');
    assert.ok(script.includes(from));
    assert.notDeepEqual(errors(script.replace(from, to)), []);
  });
}
