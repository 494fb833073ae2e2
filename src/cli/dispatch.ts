import { type Command, ExitCode, type Io, writeOut } from './command.ts';

// Each command's module is loaded when it is asked for: `sigel --version` should not wait for gRPC.
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  components: async () => (await import('./components.ts')).componentsCommand,
  'print-config': async () => (await import('./print_config.ts')).printConfigCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  rules: async () => (await import('./rules.ts')).rulesCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  containers: async () => (await import('./containers.ts')).containersCommand,
  drain: async () => (await import('./drain.ts')).drainCommand,
  reload: async () => (await import('./reload.ts')).reloadCommand,
  service: async () => (await import('./service.ts')).serviceCommand,
  init: async () => (await import('./init.ts')).initCommand,
  completion: async () => (await import('./completion.ts')).completionCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

/** Finds the command that the arguments name, runs it and resolves to the exit code. */
export async function dispatch(args: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    io.stderr.write(await overview());
    return ExitCode.usage;
  }
  if (first === 'help') return help(rest[0], io);
  if (first === '--help' || first === '-h') return help(undefined, io);
  if (['version', '--version', '-v', '-V'].includes(first)) return version(io);
  // As with the Collector, options without a command run.
  const [name, own] = first.startsWith('-') ? ['run', args] : [first, rest];
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) return unknownCommand(name, io);
  const options = own.includes('--') ? own.slice(0, own.indexOf('--')) : own;
  if (options.includes('--help') || options.includes('-h')) return help(name, io);
  if (options.includes('--version')) return version(io);
  const command = await load();
  return command.run([...own], io);
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name !== undefined && load === undefined) return unknownCommand(name, io);
  await writeOut(io.stdout, load === undefined ? await overview() : (await load()).help);
  return ExitCode.done;
}

async function version(io: Io): Promise<number> {
  const { VERSION } = await import('../version.ts');
  await writeOut(io.stdout, `sigel ${VERSION}\n`);
  return ExitCode.done;
}

async function unknownCommand(name: string, io: Io): Promise<number> {
  const [{ nearest }, { forFile }] = await Promise.all([
    import('../config/suggest.ts'),
    import('./file_named.ts'),
  ]);
  const near = forFile(name) ?? nearest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  io.stderr.write(`sigel: unknown command "${name}".${hint}\nSee 'sigel --help'.\n`);
  return ExitCode.usage;
}

/** Every command, loaded. */
export function allCommands(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

async function overview(): Promise<string> {
  const commands = await allCommands();
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
  return `Usage: sigel --config SOURCE [--config SOURCE]... [--set KEY=VALUE]...
       sigel COMMAND [OPTIONS]

Security observability for Windows containers: reads ETW, hands it on as OpenTelemetry logs and spans.

Commands:
${list}
  sigel COMMAND --help says more about one; sigel --version prints the version.

Exit codes: 0 done, 1 failed or an unreadable file, 2 wrong usage or configuration.
`;
}
