import { type Command, ExitCode, parseCommandLine, wrongUsage } from './command.ts';
import { counted } from './counted.ts';

/** `sigel drain`. */
export const drainCommand: Command = {
  name: 'drain',
  summary: 'Stop the agent of this machine in order, and wait for that',
  help: `Usage: sigel drain [--wait DURATION] [--endpoint PATH]

Asks the running agent, which needs the extension control, to stop: it takes nothing more, delivers what is
under way and ends. Says how it comes along, and ends when the agent is done.

Options:
      --wait DURATION   how long that may take (default 25s); the agent drops then what is left
      --endpoint PATH   where the agent is asked, if its configuration names another place
  -h, --help            show this help

Exit codes: 0 all was delivered, or is on disk for the next run, 1 records were dropped, or no agent answered
in time, 2 wrong usage.
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      wait: { type: 'string', default: '25s' },
      endpoint: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'drain', parsed.message);
    const [extra] = parsed.positionals;
    if (extra !== undefined) return wrongUsage(io, 'drain', `unexpected argument "${extra}"`);
    const [{ duration }, { ask }, { defaultEndpoint }] = await Promise.all([
      import('../config/units.ts'),
      import('../control/client.ts'),
      import('../control/endpoint.ts'),
    ]);
    const wait = duration({ atLeast: '1s' }).safeParse(parsed.values.wait);
    if (!wait.success) return wrongUsage(io, 'drain', `--wait: ${wait.error.issues[0]?.message}`);
    // What is dropped at the end of that time is to be told as well.
    const within = Math.max(500, wait.data - 2_000);
    const asked = await ask(
      parsed.values.endpoint ?? defaultEndpoint(),
      { ask: 'drain', within },
      (answer) => {
        if (answer.answer === 'draining')
          io.stderr.write(`draining: ${counted(answer.records, 'record')} under way\n`);
      },
      AbortSignal.timeout(wait.data),
    );
    if (asked.kind === 'failed') io.stderr.write(`sigel drain: ${asked.reason}\n`);
    else if (asked.answer.answer === 'drained') {
      const { dropped, left } = asked.answer;
      io.stderr.write(`drained: ${counted(dropped, 'record')} dropped, ${left} left on disk\n`);
      return dropped === 0 ? ExitCode.done : ExitCode.failed;
    } else if (asked.answer.answer === 'refused') io.stderr.write(`sigel drain: ${asked.answer.reason}\n`);
    return ExitCode.failed;
  },
};
