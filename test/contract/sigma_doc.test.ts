import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli_io.ts';
import { blocksOf, commandsOf, ROOT, sigelArguments } from '../support/documents.ts';

// docs/sigma.md, "Writing one": its rule and the rule's tests are files of a folder, in which its commands run.

const folder = mkdtempSync(join(tmpdir(), 'sigel-sigma-doc-'));
process.chdir(folder);
after(() => {
  process.chdir(ROOT);
  rmSync(folder, { recursive: true });
});

const RULE = 'web_server_writes_script.yml';
const SHOWN: readonly (readonly [command: string, output: RegExp])[] = [
  [`rules check ${RULE}`, /^1 rule, .* 0 failures/],
  [`rules test ${RULE}`, /^3 passed, 0 failed/m],
  [`rules coverage ${RULE}`, /^ +1 {2}can fire$/m],
  ['demo --save demo', /is written/],
  [`rules test ${RULE} --on demo/shop_attack.etl.gz`, /Web server writes a script[^]*1 match$/m],
];

test('what it shows is so', async () => {
  const blocks = blocksOf('docs/sigma.md');
  for (const { text } of blocks) {
    const [, name] = /^# (\S+\.yml)\n/.exec(text) ?? [];
    if (name !== undefined) writeFileSync(name, text);
  }
  const shown = blocks
    .flatMap(commandsOf)
    .map((command) => sigelArguments(command)?.join(' ') ?? '')
    .filter((command) => SHOWN.some(([known]) => known === command));
  assert.deepEqual(
    shown,
    SHOWN.map(([command]) => command),
  );
  for (const [command, output] of SHOWN) {
    const { code, stdout, stderr } = await runCli(command.split(' '));
    assert.equal(code, 0, `${command}\n${stderr}`);
    assert.match(stdout + stderr, output, command);
  }
});
