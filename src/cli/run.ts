import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';
import { forFile } from './file_named.ts';
import { CONFIG_OPTIONS, CONFIG_OPTIONS_HELP, loadForCommand, readConfig } from './service_command.ts';

/** `sigel run`, also `sigel --config …`. */
export const runCommand: Command = {
  name: 'run',
  summary: 'Run the pipelines of a configuration (also: sigel --config …)',
  help: `Usage: sigel [run] --config SOURCE [--config SOURCE]... [--set KEY=VALUE]...

Runs the pipelines of a configuration until all of its sources are read to their end, or until it is asked
to stop. What it has to say goes to stderr, at the end the ledger: where every event went.

Options:
${CONFIG_OPTIONS_HELP}      --watch-config    read the configuration again whenever its files have changed
      --ledger FILE     write the ledger as JSON at the end
  -h, --help            show this help

Signals: the first SIGINT or SIGTERM stops in order, what is under way is delivered within
service::drain_timeout; a second one ends the process at once with 130 (SIGINT) or 143 (SIGTERM).
SIGHUP reads the configuration again: components that are configured otherwise are replaced, the others go
on; a configuration that is wrong changes nothing. On Windows, and anywhere: sigel reload, sigel drain;
of a Windows service: sigel service.

Exit codes: 0 done or stopped in order, 1 failed, or records were dropped (when stopped: what could not be
delivered in time), 2 wrong usage or configuration.
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      ...CONFIG_OPTIONS,
      'watch-config': { type: 'boolean', default: false },
      ledger: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'run', parsed.message);
    const [extra] = parsed.positionals;
    if (extra !== undefined)
      return wrongUsage(
        io,
        'run',
        `unexpected argument "${extra}". Did you mean "${forFile(extra) ?? `sigel --config ${extra}`}"?`,
      );
    if (parsed.values.config.length === 0)
      return wrongUsage(io, 'run', 'no configuration: give one with --config');
    const config = await loadForCommand(io, parsed.values, 'error');
    if (config === undefined) return ExitCode.usage;
    const { runConfig } = await import('./run_config.ts');
    const { result, ledger } = await runConfig(config, io, {
      load: () => readConfig(io, parsed.values, 'error'),
      watch: parsed.values['watch-config'],
    });
    const [{ droppedRecords }, { writeLedger }] = await Promise.all([
      import('../telemetry/ledger_file.ts'),
      import('./write_ledger.ts'),
    ]);
    const written = await writeLedger(ledger, parsed.values.ledger, io);
    const complete = result === 'stopped' || (result === 'finished' && droppedRecords(ledger) === 0);
    return written && complete ? ExitCode.done : ExitCode.failed;
  },
};
