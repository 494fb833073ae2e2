import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';

const HELP = `Usage: sigel containers [--endpoint E] [--namespace N]... [--json]
       sigel containers --journal FILE [--endpoint E] [--namespace N]... [--duration TIME]

Lists the containers of this node, as containerd has them. With --journal it writes them, and what happens to them until
Ctrl+C, to a file that 'sigel replay' and the container_attribution processor read in containerd's place.

Options:
  --journal FILE    write a journal; name it X.containers.ndjson for a trace X.etl. Only its owner may read it
  --duration TIME   end the journal after this long: 30s, 5m, 1h30m
  --endpoint E      where containerd listens: unix:///run/x.sock, npipe:////./pipe/x. Default: the usual places
  --namespace N     a namespace of containerd, such as k8s.io; may be given again. Default: all
  --json            the list as JSON lines instead of a table
  --help            this text

Exit codes: 0 done, 1 containerd cannot be reached or the journal not written, 2 wrong usage.
`;

/** `sigel containers`: what containerd has, as a list or a journal. */
export const containersCommand: Command = {
  name: 'containers',
  summary: 'List the containers of this node, or write their journal for a replay',
  help: HELP,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      journal: { type: 'string' },
      duration: { type: 'string' },
      endpoint: { type: 'string' },
      namespace: { type: 'string', multiple: true, default: ['*'] },
      json: { type: 'boolean', default: false },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'containers', parsed.message);
    const { values, positionals } = parsed;
    const [extra] = positionals;
    if (extra !== undefined) return wrongUsage(io, 'containers', `unexpected argument "${extra}"`);
    const { journal, json } = values;
    if (journal !== undefined && json) return wrongUsage(io, 'containers', '--journal is JSON lines already');
    if (journal === undefined && values.duration !== undefined)
      return wrongUsage(io, 'containers', '--duration goes with --journal');
    const { containersOptions } = await import('./containers/options.ts');
    const options = containersOptions(values);
    if (typeof options === 'string') return wrongUsage(io, 'containers', options);
    const { keepJournal } = await import('./containers/keep_journal.ts');
    const { listContainers } = await import('./containers/list.ts');
    const done =
      journal === undefined
        ? await listContainers(options, json, io)
        : await keepJournal(journal, options, io);
    return done ? ExitCode.done : ExitCode.failed;
  },
};
