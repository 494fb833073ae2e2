import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';
import { CONFIG_OPTIONS, CONFIG_OPTIONS_HELP, loadForCommand } from './service_command.ts';

/** `sigel validate`. */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'Check a configuration without running it',
  help: `Usage: sigel validate --config SOURCE [--config SOURCE]... [--set KEY=VALUE]...

Reads, merges, expands and checks a configuration, and says on stderr everything that is wrong with it, each
with file:line:column. A component that only another system can run is a warning here: a configuration for
Windows can be checked anywhere.

Options:
${CONFIG_OPTIONS_HELP}  -h, --help            show this help

Exit codes: 0 it can run, 2 it cannot.
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, CONFIG_OPTIONS);
    if (parsed.kind === 'wrong') return wrongUsage(io, 'validate', parsed.message);
    const { config, set } = parsed.values;
    // A configuration is what one validates, so the option may be left out.
    const configs = [...config, ...parsed.positionals];
    if (configs.length === 0) return wrongUsage(io, 'validate', 'no configuration: give one with --config');
    const checked = await loadForCommand(io, { config: configs, set }, 'warning');
    return checked === undefined ? ExitCode.usage : ExitCode.done;
  },
};
