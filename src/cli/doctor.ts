import { type Command, ExitCode, parseCommandLine, writeOut, wrongUsage } from './command.ts';

const HELP = `Usage: sigel doctor [--json] [--preset NAME] [--pipe PATH]

Looks whether this Windows host has what live events need: rights, build, functions, session slots,
registered providers, containerd. Changes nothing.

Options:
  --json          one JSON object with an entry per check
  --preset NAME   the providers to look for: security (default), security_verbose or eolh
  --pipe PATH     containerd's pipe; default \\\\.\\pipe\\containerd-containerd
  --help          this text

Exit codes: 0 nothing failed, 1 something failed, 2 wrong usage, or this is not Windows.
`;

/** containerd's, unless it was told another. */
export const PIPE = '\\\\.\\pipe\\containerd-containerd';

/** `sigel doctor`: whether a host has what live events need. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look whether this Windows host is ready for live events',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      json: { type: 'boolean' },
      preset: { type: 'string' },
      pipe: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'doctor', parsed.message);
    const { values, positionals } = parsed;
    const [extra] = positionals;
    if (extra !== undefined) return wrongUsage(io, 'doctor', `unexpected argument "${extra}"`);
    const { PRESET_NAMES, presetNeeds } = await import('./doctor/preset_needs.ts');
    const preset = presetNeeds(values.preset ?? 'security');
    if (preset === undefined)
      return wrongUsage(io, 'doctor', `--preset takes ${PRESET_NAMES.join(', ')}, not "${values.preset}"`);
    if (process.platform !== 'win32') {
      io.stderr.write(
        `sigel doctor: live events of ETW need Windows, and this is ${process.platform}. For recorded traces use 'sigel inspect' and 'sigel replay', which run anywhere.\n`,
      );
      return ExitCode.usage;
    }
    const [{ examine }, { judge }, { findingsText }] = await Promise.all([
      import('./doctor/examine.ts'),
      import('./doctor/checks.ts'),
      import('./doctor/findings_text.ts'),
    ]);
    const examined = await examine({ preset, pipe: values.pipe ?? PIPE });
    const findings = judge(examined);
    const ready = findings.every(({ verdict }) => verdict !== 'fail');
    const text =
      values.json === true ? `${JSON.stringify({ ready, checks: findings })}\n` : findingsText(findings);
    await writeOut(io.stdout, text);
    return ready ? ExitCode.done : ExitCode.failed;
  },
};
