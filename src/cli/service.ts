import { resolve } from 'node:path';
import { type Command, ExitCode, type Interruption, type Io, parseCommandLine, writeOut, wrongUsage } from './command.ts';

const ACTIONS = ['install', 'uninstall', 'start', 'stop', 'status', 'run'] as const;
type Action = (typeof ACTIONS)[number];

const HELP = `Usage: sigel service install --config FILE [--name NAME] [--log FILE]
       sigel service start|stop|status|uninstall [--name NAME]

Runs Sigel as a Windows service: it starts with Windows, as LocalSystem, stops in order, and is started again when it ends
without being asked (after 1 s, 10 s, then each minute). 'sigel service run' is what Windows starts.

Options:
      --config FILE     the configuration; only administrators and SYSTEM may be able to write it
      --name NAME       the name of the service (default Sigel)
      --log FILE        where it says what it has to say: 10 MiB, and four files before it
                        (default C:\\ProgramData\\Sigel\\log\\sigel.log)
  -h, --help            show this help

Exit codes: 0 done, 1 failed, 2 wrong usage, or this is not Windows.
`;

const OPTIONS = {
  config: { type: 'string' },
  name: { type: 'string', default: 'Sigel' },
  log: { type: 'string', default: 'C:\\ProgramData\\Sigel\\log\\sigel.log' },
} as const;
const LOG = { maxBytes: 10 * 1024 * 1024, backups: 4 };

interface Wanted {
  readonly action: Action;
  readonly name: string;
  readonly log: string;
  readonly config: string | undefined;
}

/** `sigel service`. */
export const serviceCommand: Command = {
  name: 'service',
  summary: 'Run as a Windows service: install, start, stop, status, uninstall',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, OPTIONS);
    if (parsed.kind === 'wrong') return wrongUsage(io, 'service', parsed.message);
    const [word, extra] = parsed.positionals;
    const action = ACTIONS.find((one) => one === word);
    if (action === undefined || extra !== undefined)
      return wrongUsage(io, 'service', `expected one of ${ACTIONS.slice(0, -1).join(', ')}`);
    const { config, name, log } = parsed.values;
    if (!/^[\w.-]{1,80}$/.test(name)) return wrongUsage(io, 'service', '--name takes letters, digits, dots and dashes');
    if ((action === 'install' || action === 'run') && config === undefined)
      return wrongUsage(io, 'service', 'no configuration: give one with --config');
    if (process.platform !== 'win32') {
      io.stderr.write(`sigel service: services are of Windows, and this is ${process.platform}\n`);
      return ExitCode.usage;
    }
    const wanted = { action, name, log, config };
    return action === 'run' ? runAsService(wanted, io) : manage(wanted, io);
  },
};

async function manage({ action, name, log, config }: Wanted, io: Io): Promise<number> {
  const [{ ServiceManager }, { Libraries }] = await Promise.all([
    import('../windows/service/scm.ts'),
    import('../windows/native/libraries.ts'),
  ]);
  const manager = new ServiceManager(new Libraries());
  if (action === 'status') {
    const state = manager.state(name);
    if (state.kind === 'ok') await writeOut(io.stdout, `${state.value}\n`);
    else io.stderr.write(`sigel service: ${state.error.message}\n`);
    return state.kind === 'ok' && state.value === 'running' ? ExitCode.done : ExitCode.failed;
  }
  if (action === 'install') {
    const reason = await whyNot(config ?? '', io);
    if (reason !== undefined) {
      io.stderr.write(`sigel service: ${reason}\n`);
      return ExitCode.failed;
    }
  }
  const done =
    action === 'install'
      ? manager.install({
          name,
          display: 'Sigel',
          description: 'Security observability: reads ETW, hands it on as OpenTelemetry.',
          command: commandLine(name, log, resolve(config ?? '')),
        })
      : action === 'uninstall'
        ? manager.uninstall(name)
        : action === 'start'
          ? manager.start(name)
          : manager.stop(name);
  if (done.kind === 'ok') return ExitCode.done;
  io.stderr.write(`sigel service: ${done.error.message}\n`);
  return ExitCode.failed;
}

/** Why a configuration is none for SYSTEM; undefined: it is one. */
async function whyNot(config: string, io: Io): Promise<string | undefined> {
  const [{ loadForCommand }, { whoElseWritesHere }] = await Promise.all([
    import('./service_command.ts'),
    import('../windows/host/write_access.ts'),
  ]);
  const loaded = await loadForCommand(io, { config: [config], set: [] }, 'error');
  if (loaded === undefined) return 'not installed with a configuration that cannot run';
  const other = whoElseWritesHere()(resolve(config), 'content');
  return other === undefined ? undefined : `${config} ${other}`;
}

/** What Windows starts, each part in quotes: a path with a blank must not become another program. */
function commandLine(name: string, log: string, config: string): string {
  const main = resolve(process.argv[1] ?? '');
  const parts = [process.execPath, main, 'service', 'run', '--name', name, '--log', resolve(log), '--config', config];
  return parts.map((part) => `"${part}"`).join(' ');
}

async function runAsService({ name, log, config }: Wanted, io: Io): Promise<number> {
  const [{ hostService }, { Libraries }, { RotatingLog }, { runCommand }] = await Promise.all([
    import('../windows/service/host.ts'),
    import('../windows/native/libraries.ts'),
    import('./rotating_log.ts'),
    import('./run.ts'),
  ]);
  const stopping = new AbortController();
  const reason: Interruption = { cause: 'SIGTERM', exitCode: 0 };
  const service = await hostService(new Libraries(), name, () => stopping.abort(reason));
  if (service === undefined) {
    io.stderr.write(`sigel service run is for Windows to start: sigel service install, sigel service start\n`);
    return ExitCode.usage;
  }
  let code: number = ExitCode.failed;
  try {
    const output = new RotatingLog({ path: log, ...LOG });
    const own: Io = { ...io, stdout: output, stderr: output, interruptible: () => stopping.signal };
    code = await runCommand.run(['--config', config ?? ''], own);
  } finally {
    await service.end(code);
  }
  return code;
}
