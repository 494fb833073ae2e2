import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';

const HELP = `Usage: sigel replay FILE... [--containers FILE] [--rules PATH]... [--otlp HOST:PORT] [options]

Runs the standard pipeline over recorded ETW traces, with no configuration file: every event becomes a log
record. FILE is an .etl or .etl.gz file, a folder of them or a glob, or a recorded event log (.evtx). The traces of
one host and boot are merged in time. A replay ends with the ledger on stderr: where every event went.

Options:
  --format table      what happened, for a person (the default without --otlp)
  --format json       OTLP JSON lines on stdout, as the Collector's file exporter writes them
  --otlp HOST:PORT    send to an OTLP/gRPC receiver, such as an OpenTelemetry Collector; https://HOST:PORT for TLS
  --signals LIST      what --otlp sends: logs,traces (the default), or one of them where the receiver takes only that (Jaeger:
                      traces)
  --rules PATH        match against Sigma rules: a file, a folder, a glob, or 'builtin' for those that Sigel brings; may
                      be given several times. The table ends with what they found, and the tactics of ATT&CK
  --signatures DIR    match against signatures too: a folder of them in TypeScript, JavaScript or Rego, which are run; may be
                      given several times
  --compression C     gzip (the default) or none, with --otlp
  --containers FILE   the journal of containers recorded beside the trace: records name host, pod and container. Without
                      it X.containers.ndjson beside X.etl is used; 'no' for none
  --all               with the table: show every event, not only those that tell the story
  --limit N           with the table: at most N lines (default 200; 0 for no limit)
  --ledger FILE       also write the ledger as JSON
  --verbose           say more on stderr
  --help              this text

Exit codes: 0 done (damaged buffers are counted and said), 1 a file could not be read or records were not
delivered, 2 wrong usage.
`;

/** `sigel replay`: the standard pipeline over recorded traces. */
export const replayCommand: Command = {
  name: 'replay',
  summary: 'Run the standard pipeline over recorded ETW traces',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      format: { type: 'string' },
      otlp: { type: 'string' },
      signals: { type: 'string', default: 'logs,traces' },
      rules: { type: 'string', multiple: true, default: [] },
      signatures: { type: 'string', multiple: true, default: [] },
      compression: { type: 'string', default: 'gzip' },
      containers: { type: 'string' },
      all: { type: 'boolean', default: false },
      limit: { type: 'string', default: '200' },
      ledger: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'replay', parsed.message);
    const { values, positionals } = parsed;
    if (positionals.length === 0) return wrongUsage(io, 'replay', 'name at least one trace file');
    const format = values.format ?? (values.otlp === undefined ? 'table' : undefined);
    if (format !== undefined && format !== 'table' && format !== 'json') {
      return wrongUsage(io, 'replay', `--format is table or json, not '${format}'`);
    }
    const { compression } = values;
    if (compression !== 'gzip' && compression !== 'none') {
      return wrongUsage(io, 'replay', `--compression is gzip or none, not '${compression}'`);
    }
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 0) {
      return wrongUsage(io, 'replay', `--limit takes a whole number, not '${values.limit}'`);
    }
    const signals = values.signals.split(',');
    if (!signals.every((signal) => signal === 'logs' || signal === 'traces')) {
      return wrongUsage(io, 'replay', `--signals is logs, traces or logs,traces, not '${values.signals}'`);
    }
    const { replay } = await import('./replay/replay.ts');
    const { otlp, all, ledger, verbose, containers, rules, signatures } = values;
    const done = await replay(
      {
        files: positionals,
        format,
        otlp,
        signals,
        compression,
        all,
        limit,
        ledger,
        verbose,
        containers,
        rules,
        signatures,
      },
      io,
    );
    return done ? ExitCode.done : ExitCode.failed;
  },
};
