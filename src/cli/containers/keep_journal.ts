import { rmSync } from 'node:fs';
import { JournalWriter } from '../../containerd/journal/writer.ts';
import { sleep } from '../../pipeline/back_off.ts';
import { type LogFacts, SILENT } from '../../telemetry/logger.ts';
import { type Io, writeOut } from '../command.ts';
import { jobsOfHost } from './host_jobs.ts';
import type { ContainersOptions } from './options.ts';
import { watcherOf, whyLost } from './watch.ts';

/** The longest wait of a timer, almost 25 days, in milliseconds. */
const FOR_EVER = 2 ** 31 - 1;

/** A journal that is being written. */
export interface Journal {
  readonly kind: 'journal';
  readonly path: string;
  /** Ends the file; says in a sentence why it is not whole. */
  stop(): Promise<string | undefined>;
}

/** A journal, or in a sentence why there is none. */
export type Begun = Journal | { readonly kind: 'none'; readonly reason: string };

/**
 * Begins a journal of what containerd tells: when its lists are written, there is one. What goes wrong later is said.
 */
export async function beginJournal(
  path: string,
  options: ContainersOptions,
  say: (message: string) => void,
): Promise<Begun> {
  let isBegun = false;
  const later = (message: string, { reason = '' }: LogFacts = {}): void => {
    if (isBegun) say(`${message}: ${reason}`);
  };
  const watcher = watcherOf(options, { ...SILENT, warn: later, error: later });
  let writer: JournalWriter;
  try {
    // Before the watcher starts, so that it is told everything.
    writer = new JournalWriter(path, watcher);
  } catch (error) {
    return { kind: 'none', reason: error instanceof Error ? error.message : String(error) };
  }
  await watcher.start(await jobsOfHost(say));
  isBegun = true;
  const lost = whyLost(watcher);
  const stop = async (): Promise<string | undefined> => {
    isBegun = false;
    await watcher.stop();
    writer.close();
    return writer.failure;
  };
  if (lost === undefined) return { kind: 'journal', path, stop };
  await stop();
  // One without containers would be taken for a node without any.
  rmSync(path, { force: true });
  return { kind: 'none', reason: `containerd cannot be reached: ${lost}` };
}

/** Writes a journal until interrupted, or for the time that is wanted; whether it was written. */
export async function keepJournal(path: string, options: ContainersOptions, io: Io): Promise<boolean> {
  const say = (message: string): void => void io.stderr.write(`sigel containers: ${message}\n`);
  const interrupted = io.interruptible();
  const journal = await beginJournal(path, options, say);
  if (journal.kind === 'none') {
    say(journal.reason);
    return false;
  }
  say(`writing ${path}${options.duration === undefined ? ' until Ctrl+C' : ''}`);
  await sleep(options.duration ?? FOR_EVER, interrupted);
  const failure = await journal.stop();
  if (failure === undefined) await writeOut(io.stdout, `${path}\n`);
  else say(`the journal could not be written: ${failure}`);
  return failure === undefined;
}
