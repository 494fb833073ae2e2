import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { whyNotWritten } from '../config/read_file.ts';
import { type Command, ExitCode, parseCommandLine, writeOut, wrongUsage } from './command.ts';
import type { Finding } from './doctor/finding.ts';

const HELP = `Usage: sigel init [FILE] [--cluster NAME] [--endpoint HOST:PORT] [--insecure] [--force]

Writes a configuration for a Windows node, with comments, to FILE (sigel.yaml unless given; - is stdout). On a Windows
host it looks first, as 'sigel doctor' does, and what is missing there stands at the top of the file.

Options:
      --cluster NAME          the cluster that the node is of; else K8S_CLUSTER_NAME must say it when Sigel runs
      --endpoint HOST:PORT    the OpenTelemetry Collector, over gRPC; default localhost:4317
      --insecure              send without TLS
      --force                 write over a FILE that is there
  -h, --help                  show this help

Exit codes: 0 written, 1 not written, 2 wrong usage.
`;

/** `sigel init`. */
export const initCommand: Command = {
  name: 'init',
  summary: 'Write a configuration for this node',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      cluster: { type: 'string' },
      endpoint: { type: 'string' },
      insecure: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'init', parsed.message);
    const { values, positionals } = parsed;
    const [file = 'sigel.yaml', extra] = positionals;
    if (extra !== undefined) return wrongUsage(io, 'init', `unexpected argument "${extra}"`);
    if (file !== '-' && existsSync(file) && !values.force) {
      io.stderr.write(`sigel init: ${file} is there already; --force writes over it\n`);
      return ExitCode.failed;
    }
    const [{ nodeConfig }, findings] = await Promise.all([import('./init/node_config.ts'), lookAround()]);
    const text = nodeConfig({ ...values, findings });
    if (file === '-') {
      await writeOut(io.stdout, text);
      return ExitCode.done;
    }
    try {
      await writeFile(file, text, { flag: values.force ? 'w' : 'wx' });
    } catch (error) {
      io.stderr.write(`sigel init: ${file} cannot be written: ${whyNotWritten(error)}\n`);
      return ExitCode.failed;
    }
    io.stderr.write(
      `${file} is written. Check it with 'sigel validate --config ${file}', run it with 'sigel --config ${file}'.\n`,
    );
    return ExitCode.done;
  },
};

/** What this host lacks; undefined where that cannot be asked. */
async function lookAround(): Promise<readonly Finding[] | undefined> {
  if (process.platform !== 'win32') return undefined;
  const [{ examine }, { judge }, { presetNeeds }, { PIPE }] = await Promise.all([
    import('./doctor/examine.ts'),
    import('./doctor/checks.ts'),
    import('./doctor/preset_needs.ts'),
    import('./doctor.ts'),
  ]);
  const preset = presetNeeds('security');
  if (preset === undefined) return undefined;
  return judge(await examine({ preset, pipe: PIPE })).filter(({ verdict }) => verdict !== 'ok');
}
