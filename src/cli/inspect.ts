import { type Command, parseCommandLine, wrongUsage } from './command.ts';

const HELP = `Usage: sigel inspect FILE... [--json | --events [--provider P] [--limit N]]

Says what recorded ETW traces hold: who recorded them, on what, and which events, how often and whether
they decode. FILE is an .etl or .etl.gz file, or a folder of them.

Options:
  --json          one JSON object with an entry per file, also for a file that cannot be read
  --events        every event as a JSON line, in order of time
  --provider P    with --events: only this provider (name or GUID)
  --limit N       with --events: stop after N events
  --help          this text

Exit codes: 0 done (damaged buffers are counted and said), 1 a file could not be read, 2 wrong usage.
`;

/** `sigel inspect`: what a trace holds. */
export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Say what recorded ETW traces hold',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      json: { type: 'boolean' },
      events: { type: 'boolean' },
      provider: { type: 'string' },
      limit: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'inspect', parsed.message);
    const { values, positionals } = parsed;
    if (positionals.length === 0) return wrongUsage(io, 'inspect', 'name at least one trace file');
    if (values.json === true && values.events === true)
      return wrongUsage(io, 'inspect', '--json and --events exclude each other');
    if (values.events !== true && (values.provider ?? values.limit) !== undefined) {
      return wrongUsage(io, 'inspect', '--provider and --limit go with --events');
    }
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
    if (!(limit >= 0) || (Number.isFinite(limit) && !Number.isInteger(limit))) {
      return wrongUsage(io, 'inspect', `--limit takes a whole number, not '${values.limit}'`);
    }
    const { printEvents, summarize } = await import('./inspect/main.ts');
    return values.events === true
      ? await printEvents(positionals, { provider: values.provider, limit }, io)
      : await summarize(positionals, values.json === true, io);
  },
};
