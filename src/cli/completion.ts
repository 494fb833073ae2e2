import { type Command, ExitCode, parseCommandLine, writeOut, wrongUsage } from './command.ts';

const SHELLS = ['bash', 'zsh', 'powershell'] as const;
type Shell = (typeof SHELLS)[number];

/** `sigel completion`. */
export const completionCommand: Command = {
  name: 'completion',
  summary: 'Print what makes a shell complete commands and options',
  help: `Usage: sigel completion ${SHELLS.join('|')}

Prints a script that completes commands, their options and files.

  bash         source <(sigel completion bash)
  zsh          source <(sigel completion zsh)
  PowerShell   sigel completion powershell | Out-String | Invoke-Expression

In a profile it does so in each new shell.

Options:
  -h, --help            show this help
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, {});
    if (parsed.kind === 'wrong') return wrongUsage(io, 'completion', parsed.message);
    const [shell, extra] = parsed.positionals;
    if (extra !== undefined) return wrongUsage(io, 'completion', `unexpected argument "${extra}"`);
    if (!isShell(shell)) return wrongUsage(io, 'completion', `expected one of ${SHELLS.join(', ')}`);
    const [{ allCommands }, { completionScript }] = await Promise.all([
      import('./dispatch.ts'),
      import('./completion/script.ts'),
    ]);
    await writeOut(io.stdout, completionScript(shell, await allCommands()));
    return ExitCode.done;
  },
};

function isShell(name: string | undefined): name is Shell {
  return SHELLS.some((shell) => shell === name);
}
