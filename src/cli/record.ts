import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';
import { CONFIG_OPTIONS } from './service_command.ts';

const HELP = `Usage: sigel record OUT.etl [--preset NAME | --provider NAME... | --session NAME... | --config FILE]

Records live ETW sessions as .etl files, which 'sigel inspect' and 'sigel replay' read on any machine. Runs until
Ctrl+C, or until a limit is reached. Windows only. With several sessions each has a file of its own,
OUT.SESSION.etl; a replay of them together merges them again. The paths of the files are written to stdout.

What to record (default: --preset security):
  --preset NAME      security, security_verbose or eolh
  --provider NAME    a provider by GUID or name; may be given again. With a preset: beside its own
  --kernel GROUPS    events of the kernel logger: process, image_load, thread, job, registry, file_io, network;
                     several with commas
  --session NAME     an existing session, which is neither changed nor stopped; may be given again
  -c, --config FILE  the sessions of the etw receiver in a configuration
      --receiver ID  which one, where it has several (etw/shop)

Limits:
  --duration TIME    stop after this long: 30s, 5m, 1h30m
  --max-size SIZE    end a file at this size: 100MiB. Without --files the recording then ends
  --files N          keep the N newest files of a session, and go on

Containers, for a replay that names pod and container:
  --containers C     auto (default): write OUT.containers.ndjson beside the trace when containerd answers; no; or
                     where containerd listens, such as npipe:////./pipe/containerd-containerd

  --max-block TIME   how long Windows waits for a slow disk before buffers are lost (default 5s)
  --consumption C    auto (default), raw or record: how buffers are taken from Windows
  --help             this text

Exit codes: 0 done (losses are counted and said), 1 failed, 2 wrong usage, or this is not Windows.
`;

/** `sigel record`: live sessions as .etl files. */
export const recordCommand: Command = {
  name: 'record',
  summary: 'Record live ETW sessions as .etl files (Windows)',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      ...CONFIG_OPTIONS,
      receiver: { type: 'string' },
      preset: { type: 'string' },
      provider: { type: 'string', multiple: true, default: [] },
      kernel: { type: 'string' },
      session: { type: 'string', multiple: true, default: [] },
      duration: { type: 'string' },
      'max-size': { type: 'string' },
      files: { type: 'string' },
      'max-block': { type: 'string', default: '5s' },
      consumption: { type: 'string' },
      containers: { type: 'string', default: 'auto' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'record', parsed.message);
    const { values, positionals } = parsed;
    const [path, extra] = positionals;
    if (path === undefined) return wrongUsage(io, 'record', 'name the file to write, such as trace.etl');
    if (extra !== undefined) return wrongUsage(io, 'record', `unexpected argument "${extra}"`);
    const [{ recordOptions }, { wantedSessions }] = await Promise.all([
      import('./record/options.ts'),
      import('./record/wanted.ts'),
    ]);
    const options = recordOptions(path, values);
    if (typeof options === 'string') return wrongUsage(io, 'record', options);
    const wanted = await wantedSessions(values, io);
    if (wanted === undefined) return ExitCode.usage;
    if (typeof wanted === 'string') return wrongUsage(io, 'record', wanted);
    if (process.platform !== 'win32') {
      io.stderr.write(
        `sigel record: live events of ETW need Windows, and this is ${process.platform}. Record there, and replay the file here.\n`,
      );
      return ExitCode.usage;
    }
    const { recordSessions } = await import('./record/record.ts');
    return (await recordSessions(wanted, options, io)) ? ExitCode.done : ExitCode.failed;
  },
};
