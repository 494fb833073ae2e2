import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNotWritten } from '../config/read_file.ts';
import { type Command, ExitCode, type Io, wrongUsage } from './command.ts';

const HELP = `Usage: sigel demo [OPTIONS of replay]
       sigel demo --save FOLDER

Replays the trace that Sigel brings, an attack on a shop's web pod and the node's daily work around it, and matches it
against the built-in rules. Nothing but this program is needed, on any system.

Shows what happened, and what was found, for a person.

Options:
  --otlp HOST:PORT    send it to an OpenTelemetry Collector, such as localhost:4317
  --signals traces    of that, only the trees of processes, to what takes nothing else, such as Jaeger
  --format json       as OTLP JSON lines on stdout
  --save FOLDER       nothing of that, but the trace and the journal of its containers as files
  --help              this text

and all others of 'sigel replay'; see 'sigel replay --help'.
`;

/** The trace that Sigel brings; the journal of its containers lies beside it. */
const [TRACE, JOURNAL] = ['shop_attack.etl.gz', 'shop_attack.containers.ndjson'].map((name) =>
  fileURLToPath(new URL(`../../config/demo/${name}`, import.meta.url)),
) as [string, string];

/** `sigel demo`: a replay of the bundled trace with the built-in rules, or the trace as a file. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'Replay the bundled trace of an attack, with the built-in rules',
  help: HELP,
  async run(args, io) {
    const [first, folder, extra] = args;
    if (first === '--save') {
      if (folder === undefined || folder === '' || extra !== undefined)
        return wrongUsage(io, 'demo', 'expected --save FOLDER, alone');
      return save(folder, io);
    }
    const { replayCommand } = await import('./replay.ts');
    return replayCommand.run([TRACE, '--rules', 'builtin', ...args], io);
  },
};

async function save(folder: string, io: Io): Promise<number> {
  try {
    await mkdir(folder, { recursive: true });
    for (const file of [TRACE, JOURNAL]) await copyFile(file, join(folder, basename(file)));
  } catch (error) {
    io.stderr.write(`sigel demo: ${folder} cannot be written: ${whyNotWritten(error)}\n`);
    return ExitCode.failed;
  }
  io.stderr.write(`${join(folder, basename(TRACE))} is written, with the journal of its containers.\n`);
  return ExitCode.done;
}
