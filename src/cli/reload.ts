import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';

/** A change may have to wait for what a component hands on. */
const PATIENCE_MS = 120_000;

/** `sigel reload`. */
export const reloadCommand: Command = {
  name: 'reload',
  summary: 'Have the agent of this machine read its configuration again',
  help: `Usage: sigel reload [--endpoint PATH]

Asks the running agent, which needs the extension control, to read its configuration again, as SIGHUP does.
Says what is wrong with it; the agent then runs on with the one before.

Options:
      --endpoint PATH   where the agent is asked, if its configuration names another place
  -h, --help            show this help

Exit codes: 0 the configuration runs, 1 it was refused, or no agent answered, 2 wrong usage.
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, { endpoint: { type: 'string' } });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'reload', parsed.message);
    const [extra] = parsed.positionals;
    if (extra !== undefined) return wrongUsage(io, 'reload', `unexpected argument "${extra}"`);
    const [{ ask }, { defaultEndpoint }] = await Promise.all([
      import('../control/client.ts'),
      import('../control/endpoint.ts'),
    ]);
    const endpoint = parsed.values.endpoint ?? defaultEndpoint();
    const asked = await ask(endpoint, { ask: 'reload' }, () => {}, AbortSignal.timeout(PATIENCE_MS));
    if (asked.kind === 'failed') io.stderr.write(`sigel reload: ${asked.reason}\n`);
    else if (asked.answer.answer === 'reloaded') {
      const { outcome, lines } = asked.answer;
      io.stderr.write([outcome, ...lines].map((line) => `${line}\n`).join(''));
      return outcome === 'refused' ? ExitCode.failed : ExitCode.done;
    } else if (asked.answer.answer === 'refused') io.stderr.write(`sigel reload: ${asked.answer.reason}\n`);
    return ExitCode.failed;
  },
};
