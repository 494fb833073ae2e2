import { readFileSync } from 'node:fs';
import process from 'node:process';
import { RotatingLog } from '../../telemetry/rotating_log.ts';
import { eventReporter, type ReportEvent } from '../../windows/native/event_reporter.ts';
import { type HostedService, hostService } from '../../windows/native/hosted_service.ts';
import { Libraries } from '../../windows/native/libraries.ts';
import { ExitCode, type Interruption, type Io } from '../command.ts';
import type { ServiceOrder } from '../service.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const BACKUPS = 4;
/** How much of the log's end Windows' event log gets, in characters. */
const LAST_WORDS = 4_000;

/** `sigel service run`: `sigel run` as the service that Windows has started this process as. */
export async function runHosted(order: ServiceOrder, io: Io): Promise<number> {
  const stopping = new AbortController();
  const interruption: Interruption = { cause: 'SIGTERM', exitCode: ExitCode.done };
  let reload = () => {};
  const libraries = new Libraries();
  const service = await hostService(libraries, order.name, {
    stop: () => stopping.abort(interruption),
    reload: () => reload(),
  });
  if (service === undefined) {
    io.stderr.write("sigel service run: Windows starts this, when it is asked to: 'sigel service start'\n");
    return ExitCode.usage;
  }
  return runLogged(order, service, eventReporter(libraries, order.name), {
    ...io,
    interruptible: () => stopping.signal,
    onReload: (own) => {
      reload = own;
    },
  });
}

/** There is no console: what is said goes to a log, its beginning and its end to Windows' event log as well. */
async function runLogged(
  { config, log }: ServiceOrder,
  service: HostedService,
  report: ReportEvent,
  io: Io,
): Promise<number> {
  let code: number = ExitCode.failed;
  let why = '';
  try {
    const output = new RotatingLog({ path: log, maxBytes: MAX_BYTES, backups: BACKUPS });
    process.on('uncaughtExceptionMonitor', ({ stack = '' }) => {
      output.write(`sigel: this is a bug: ${stack}\n`);
      report('error', `Sigel ends by a bug: ${stack}`);
    });
    const running = () => {
      service.running();
      report('info', `Sigel runs with ${config}`);
    };
    const { runCommand } = await import('../run.ts');
    code = await runCommand.run(['--config', config], { ...io, stdout: output, stderr: output, running });
    if (code !== ExitCode.done) why = readFileSync(log, 'utf8').slice(-LAST_WORDS);
  } catch (error) {
    why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  if (code === ExitCode.done) report('info', 'Sigel has ended in order');
  else report('error', `Sigel has ended with exit code ${code}. The end of its log:\n${why}`);
  await service.end(code);
  return code;
}
