import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';

const HELP = `Usage: sigel demo [OPTIONS of replay]

Replays the trace that Sigel brings, an attack on a shop's web pod and the node's daily work around it, and matches it
against the built-in rules. Nothing but this program is needed, on any system.

  sigel demo                        what happened, and what was found, for a person
  sigel demo --otlp localhost:4317  to an OpenTelemetry Collector
  sigel demo --format json          as OTLP JSON lines

All options of 'sigel replay' may follow; see 'sigel replay --help'.
`;

/** The trace that Sigel brings; the journal of its containers lies beside it. */
const TRACE = fileURLToPath(new URL('../../config/demo/shop_attack.etl.gz', import.meta.url));

/** `sigel demo`: a replay of the bundled trace with the built-in rules. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'Replay the bundled trace of an attack, with the built-in rules',
  help: HELP,
  async run(args, io) {
    const { replayCommand } = await import('./replay.ts');
    return replayCommand.run([TRACE, '--rules', 'builtin', ...args], io);
  },
};
