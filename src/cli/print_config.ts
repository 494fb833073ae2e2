import { type Command, ExitCode, parseCommandLine, writeOut, wrongUsage } from './command.ts';
import { CONFIG_OPTIONS, CONFIG_OPTIONS_HELP, loadForCommand } from './service_command.ts';

/** `sigel print-config`. */
export const printConfigCommand: Command = {
  name: 'print-config',
  summary: 'Print a configuration as it takes effect, secrets hidden',
  help: `Usage: sigel print-config --config SOURCE [--config SOURCE]... [--set KEY=VALUE]...

Prints one YAML with everything merged and expanded and all defaults filled in. Values that are secrets
(headers, tokens) are shown as [REDACTED].

Options:
${CONFIG_OPTIONS_HELP}  -h, --help            show this help

Exit codes: 0 done, 2 the configuration cannot run.
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, CONFIG_OPTIONS);
    if (parsed.kind === 'wrong') return wrongUsage(io, 'print-config', parsed.message);
    const { config, set } = parsed.values;
    const configs = [...config, ...parsed.positionals];
    if (configs.length === 0)
      return wrongUsage(io, 'print-config', 'no configuration: give one with --config');
    const checked = await loadForCommand(io, { config: configs, set }, 'warning');
    if (checked === undefined) return ExitCode.usage;
    const { configText } = await import('../config/fingerprint.ts');
    await writeOut(io.stdout, configText(checked));
    return ExitCode.done;
  },
};
