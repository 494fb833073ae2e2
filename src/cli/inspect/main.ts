import { resolve } from 'node:path';
import { learnSchemas, loadTrace, loadTraces, planBoots } from '../../etl/load.ts';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { Decoder } from '../../etw/decoder.ts';
import type { EventView } from '../../etw/event_view.ts';
import { TraceStream } from '../../etw/trace.ts';
import { discoverTraces } from '../../receiving/discover.ts';
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
  sayDamage(io);
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
  const { boots, failed } = await planBoots(await expandFolders(paths));
  const decoder = new Decoder(Catalogue.shipped());
  const printer = new Printer(choice, io);
  for (const boot of boots) {
    const { traces, failed: unread } = await loadTraces(boot.paths);
    failed.push(...unread);
    await learnSchemas(traces, decoder, interrupted);
    const stream = new TraceStream(traces, decoder);
    for (let e = stream.next(); e !== undefined && !printer.done && !interrupted.aborted; e = stream.next()) {
      if (printer.wants(e) && printer.add(e)) await printer.flush();
    }
    for (const { path, problems, file } of traces) {
      for (const { position, message } of problems.described)
        io.stderr.write(`${path} at byte ${position}: ${message}\n`);
      file.close();
    }
  }
  await printer.flush();
  sayDamage(io);
  for (const { path, reason } of failed) io.stderr.write(`sigel inspect: cannot read ${path}: ${reason}\n`);
  return exitCode(interrupted, failed.length > 0);
}

/** Writes the lines of the events that are wanted, some hundred at a time. */
class Printer {
  readonly #provider: string | undefined;
  readonly #io: Io;
  #left: number;
  #lines: string[] = [];

  constructor(choice: { provider: string | undefined; limit: number }, io: Io) {
    this.#provider = choice.provider?.toLowerCase().replace(/^\{|\}$/g, '');
    this.#left = choice.limit;
    this.#io = io;
  }

  get done(): boolean {
    return this.#left <= 0;
  }

  wants(e: EventView): boolean {
    const wanted = this.#provider;
    return wanted === undefined || e.providerId === wanted || e.providerName.toLowerCase() === wanted;
  }

  /** Takes an event; true when it is time to flush. */
  add(e: EventView): boolean {
    this.#lines.push(eventLine(e));
    this.#left--;
    return this.#lines.length >= 256;
  }

  async flush(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    await writeOut(this.#io.stdout, text);
  }
}

function sayDamage(io: Io): void {
  for (const problem of Catalogue.shipped().problems)
    io.stderr.write(`sigel inspect: a catalogue file is damaged: ${problem}\n`);
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
