import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { runCli } from '../support/cli_io.ts';
import { blocksOf, commandsOf, ROOT, sigelArguments } from '../support/documents.ts';

const DOCUMENTS = globSync(
  '{*.md,{config,connectors,docker,docs,charts,exporters,extensions,processors,receivers}/**/*.md}',
  { cwd: ROOT },
);

/** The commands, some with commands of their own, and what their help says. */
const helps = new Map<string, Promise<string>>();

function helpOf(command: readonly string[]): Promise<string> {
  const name = command.join(' ');
  const known =
    helps.get(name) ?? runCli([...command, '--help']).then(({ code, stdout }) => (code === 0 ? stdout : ''));
  helps.set(name, known);
  return known;
}

/** What is wrong with a documented call of `sigel`: a command or an option that is not. */
async function problemsOf(args: readonly string[]): Promise<string[]> {
  const [first = ''] = args;
  if (first === 'help' || first === '--help' || first === '--version') return [];
  const command = first.startsWith('-') ? ['run'] : [first];
  const help = await helpOf(command);
  if (help === '') return [`no command ${command.join(' ')}`];
  return args
    .filter((word) => word.startsWith('--') && word !== '--help')
    .map((word) => word.replace(/=.*$/, ''))
    .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help))
    .map((option) => `sigel ${command.join(' ')} has no ${option}`);
}

test('the commands and options of sigel that documents show are there', async () => {
  let calls = 0;
  const problems: string[] = [];
  for (const document of DOCUMENTS) {
    for (const command of blocksOf(document).flatMap(commandsOf)) {
      const args = sigelArguments(command);
      if (args === undefined) continue;
      calls++;
      for (const problem of await problemsOf(args)) problems.push(`${document}: ${command}: ${problem}`);
    }
  }
  assert.ok(calls > 30, `${calls} calls`);
  assert.deepEqual(problems, []);
});
