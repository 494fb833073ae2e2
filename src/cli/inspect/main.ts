import { resolve } from 'node:path';
import { discoverTraces } from '../../etl/discover.ts';
import { learnSchemas, loadTrace, loadTraces, streamsOf } from '../../etl/load.ts';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { Decoder } from '../../etw/decoder.ts';
import { TraceStream } from '../../etw/trace.ts';
import { ExitCode, type Interruption, type Io, writeOut } from '../command.ts';
import { eventLine } from './event_line.ts';
import { type FileSummary, failedSummary, summarizeTrace } from './summary.ts';
import { summaryText } from './summary_text.ts';

/** Prints what each file holds, as text or one JSON object. Resolves to the exit code. */
export async function summarize(paths: readonly string[], json: boolean, io: Io): Promise<number> {
  const interrupted = io.interruptible();
  const decoder = new Decoder(Catalogue.shipped());
  const summaries: FileSummary[] = [];
  let failed = false;
  for (const path of await expandFolders(paths)) {
    const loaded = await loadTrace(path);
    const summary =
      'reason' in loaded
        ? failedSummary(path, loaded.reason)
        : await summarizeTrace(path, loaded, decoder, interrupted);
    if ('reason' in loaded) {
      failed = true;
      io.stderr.write(`sigel inspect: cannot read ${path}: ${loaded.reason}\n`);
    } else loaded.file.close();
    if (interrupted.aborted) return exitCode(interrupted, failed);
    if (json) summaries.push(summary);
    else if (!('reason' in loaded)) await writeOut(io.stdout, summaryText(summary));
  }
  if (json) await writeOut(io.stdout, `${JSON.stringify({ files: summaries })}\n`);
  return exitCode(interrupted, failed);
}

/** Prints every event as a JSON line, the files of one boot merged in time. Resolves to the exit code. */
export async function printEvents(
  paths: readonly string[],
  choice: { provider: string | undefined; limit: number },
  io: Io,
): Promise<number> {
  const interrupted = io.interruptible();
  const { traces, failed } = await loadTraces(await expandFolders(paths));
  for (const { path, reason } of failed) io.stderr.write(`sigel inspect: cannot read ${path}: ${reason}\n`);
  const decoder = new Decoder(Catalogue.shipped());
  const wanted = choice.provider?.toLowerCase().replace(/^\{|\}$/g, '');
  let left = choice.limit;
  let lines: string[] = [];
  for (const group of streamsOf(traces)) {
    await learnSchemas(group, decoder, interrupted);
    const stream = new TraceStream(group, decoder);
    for (let e = stream.next(); e !== undefined && left > 0 && !interrupted.aborted; e = stream.next()) {
      if (wanted !== undefined && e.providerId !== wanted && e.providerName.toLowerCase() !== wanted)
        continue;
      lines.push(eventLine(e));
      left--;
      if (lines.length >= 256) {
        await writeOut(io.stdout, lines.join(''));
        lines = [];
      }
    }
  }
  await writeOut(io.stdout, lines.join(''));
  for (const { path, problems, file } of traces) {
    for (const { position, message } of problems.described)
      io.stderr.write(`${path} at byte ${position}: ${message}\n`);
    file.close();
  }
  return exitCode(interrupted, failed.length > 0);
}

function exitCode(interrupted: AbortSignal, failed: boolean): number {
  if (interrupted.aborted) return (interrupted.reason as Interruption).exitCode;
  return failed ? ExitCode.failed : ExitCode.done;
}

// A file is named as the user named it; a folder stands for the traces below it.
async function expandFolders(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const { files: found } = await discoverTraces([path], []);
    if (found.length === 0 || (found.length === 1 && found[0] === resolve(path))) files.push(path);
    else files.push(...found);
  }
  return files;
}
