import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';

const ACTIONS = ['install', 'uninstall', 'start', 'stop', 'reload', 'status', 'run'] as const;

/** What one of `sigel service` is to do, and to which service. */
export interface ServiceOrder {
  readonly action: (typeof ACTIONS)[number];
  readonly name: string;
  /** A path. */
  readonly config: string;
  /** Sigel's own folder in %ProgramData%: configuration, logs, and what it keeps. */
  readonly data: string;
  /** A path. */
  readonly log: string;
}

/** `sigel service`. */
export const serviceCommand: Command = {
  name: 'service',
  summary: 'Run as a Windows service: install, start, stop, reload, status, uninstall',
  help: `Usage: sigel service install [--config FILE] [--name NAME]
       sigel service start|stop|reload|status|uninstall [--name NAME]

Runs Sigel as a service of Windows: as LocalSystem, from the start of the machine on, and again when it fails
(after 1 s, 10 s, then each minute). What it has to say is in %ProgramData%\\Sigel\\logs\\NAME.log, 10 MiB, and
the four before it. As administrator.

  install    adds the service, and makes %ProgramData%\\Sigel, for administrators and SYSTEM alone. Refused where others
             can write to the program or the configuration, and with a configuration that is wrong
  start      starts it, and waits until everything runs
  stop       stops it, and waits: what is under way is delivered within service::drain_timeout
  reload     has it read its configuration again; what is wrong with that stands in its log
  status     says how it is
  uninstall  stops and removes it; configuration and logs stay
  run        is what Windows starts, with --log FILE: of a service the environment is another

Options:
      --config FILE     the configuration (default %ProgramData%\\Sigel\\config.yaml)
      --name NAME       the name of the service (default Sigel)
  -h, --help            show this help

Exit codes: 0 done, and for status: it runs; 1 not done, or it does not run; 2 wrong usage, or this is not Windows.
`,
  async run(args, io) {
    const data = `${io.env['ProgramData'] ?? 'C:\\ProgramData'}\\Sigel`;
    const parsed = parseCommandLine(args, {
      config: { type: 'string', default: `${data}\\config.yaml` },
      name: { type: 'string', default: 'Sigel' },
      log: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'service', parsed.message);
    const [word, extra] = parsed.positionals;
    const { name, config, log = `${data}\\logs\\${name}.log` } = parsed.values;
    const action = ACTIONS.find((known) => known === word);
    if (action === undefined) return wrongUsage(io, 'service', `expected one of ${ACTIONS.join(', ')}`);
    if (extra !== undefined) return wrongUsage(io, 'service', `unexpected argument "${extra}"`);
    if (!/^[\w.-]{1,80}$/.test(name))
      return wrongUsage(io, 'service', '--name takes letters, digits, dots and dashes');
    // Elsewhere others could make it lead SYSTEM to any file.
    if (parsed.values.log !== undefined && action !== 'run')
      return wrongUsage(io, 'service', '--log is for run alone');
    if (process.platform !== 'win32') {
      io.stderr.write(`sigel service: services are of Windows, and this is ${process.platform}\n`);
      return ExitCode.usage;
    }
    const order: ServiceOrder = { action, name, config, data, log };
    if (action === 'run') return (await import('./service/run_hosted.ts')).runHosted(order, io);
    return (await import('./service/manage.ts')).manageService(order, io);
  },
};
