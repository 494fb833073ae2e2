import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { blocksOf, commandsOf, ROOT, sigelArguments } from '../support/documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-quick-start-'));
after(() => rmSync(folder, { recursive: true }));

/** What each command shows, by its beginning; the first that fits. */
const SHOWN: readonly (readonly [command: string, output: RegExp])[] = [
  ['sigel demo --save', /is written/],
  ['sigel demo', /shop-updater\.exe/],
  ['sigel --config', /sigel\.detection/],
  ['sigel rules check', /1 rules?, .*0 failures/],
  ['sigel rules test', /Who am I/],
];

/** Those that need a peer are run by the interop suites. */
const NEEDS_PEER = /localhost:4317/;

test('the quick start works as it is written', async () => {
  const blocks = blocksOf('docs/quick-start.md');
  for (const { language, text } of blocks) {
    const [, name] = /^# (\S+\.ya?ml)\n/.exec(text) ?? [];
    if (language === 'yaml' && name !== undefined) writeFileSync(join(folder, name), text);
  }
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(commandsOf)
    .filter((command) => !NEEDS_PEER.test(command));
  const seen = new Set<string>();
  for (const command of commands) {
    const args = sigelArguments(command);
    if (args === undefined) continue;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'src/main.ts'), ...args],
      {
        cwd: folder,
      },
    );
    const shown = SHOWN.find(([beginning]) => command.startsWith(beginning));
    if (shown === undefined) continue;
    seen.add(shown[0]);
    assert.match(stdout + stderr, shown[1], command);
  }
  assert.equal(seen.size, SHOWN.length, [...seen].join());
});
