import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveSession } from '../../windows/live/live.ts';
import type { LiveSession, SessionIncident } from '../../windows/live/live_session.ts';
import { type EtwPlatform, type SessionPlan, sentence } from '../../windows/live/platform.ts';
import type { SessionsConfig } from '../../windows/live/sessions_config.ts';
import { SessionRecorder } from '../../windows/recording/session_recorder.ts';
import { type Io, writeOut } from '../command.ts';
import { type Begun, beginJournal, type Journal } from '../containers/keep_journal.ts';
import { journalOf } from '../replay/journal_beside.ts';
import type { RecordOptions } from './options.ts';
import { RecordProgress } from './progress.ts';

/** Behind the names of sessions that are started, so that an agent on the same host goes on undisturbed. */
const SUFFIX = '-record';
const RING_SIZE = 16 * 1024 * 1024;
/** Between two looks at what was lost, and a wait for buffers, in milliseconds. */
const POLL = 1000;
const WAIT = 100;
const STOP_PATIENCE = 1500;

/** Records until interrupted or a limit is reached; whether everything asked for was done. */
export async function recordSessions(
  wanted: SessionsConfig,
  options: RecordOptions,
  io: Io,
  platformOf: (warn: (message: string) => void) => Promise<EtwPlatform> = onWindows,
): Promise<boolean> {
  const say = (message: string): void => void io.stderr.write(`sigel record: ${message}\n`);
  const platform = await platformOf(say);
  const plans = platform.plan(wanted, { suffix: SUFFIX });
  if (plans.kind === 'failed') {
    say(sentence(plans.error));
    return false;
  }
  // From here on Ctrl+C ends the recording in order: a session that nobody stops goes on without us.
  const stop = io.interruptible();
  // Before the sessions: what runs when they begin is known then.
  const journal = await journalBeside(options, say);
  if (journal?.kind === 'none' && options.containers?.isNeeded === true) return false;
  const recorders = await startAll(plans.value, platform, options, say);
  const done = recorders !== undefined && (await record(recorders, options, io, stop, say));
  const isWhole = journal?.kind !== 'journal' || (await endJournal(journal, io, say));
  if (recorders !== undefined) await platform.dispose();
  return done && isWhole;
}

async function journalBeside(
  { path, containers }: RecordOptions,
  say: (message: string) => void,
): Promise<Begun | undefined> {
  if (containers === undefined) return undefined;
  const journal = await beginJournal(journalOf(path), containers, say);
  if (journal.kind === 'none') say(`without a journal of containers: ${journal.reason}`);
  return journal;
}

async function endJournal(journal: Journal, io: Io, say: (message: string) => void): Promise<boolean> {
  const failure = await journal.stop();
  if (failure === undefined) await writeOut(io.stdout, `${journal.path}\n`);
  else say(`the journal of containers could not be written: ${failure}`);
  return failure === undefined;
}

async function onWindows(warn: (message: string) => void): Promise<EtwPlatform> {
  const { windowsPlatform } = await import('../../windows/live/windows_platform.ts');
  return windowsPlatform({ askWindows: false, schemaFolder: undefined, accounts: false, warn });
}

async function startAll(
  plans: readonly SessionPlan[],
  platform: EtwPlatform,
  options: RecordOptions,
  say: (message: string) => void,
): Promise<readonly SessionRecorder[] | undefined> {
  const recorders: SessionRecorder[] = [];
  for (const plan of plans) {
    const consumption = options.consumption ?? plan.consumption;
    const live = liveSession({ ...plan, consumption }, platform, {
      ringSize: RING_SIZE,
      maxBlock: options.maxBlock,
      onIncident: (incident) => say(`session ${plan.name}: ${incidentText(incident)}`),
    });
    const error = await live.start();
    if (error !== undefined) {
      say(`session ${plan.name}: ${sentence(error)}`);
      await stopAll(recorders.map((recorder) => recorder.live));
      return undefined;
    }
    const path = plans.length === 1 ? options.path : fileOf(options.path, plan.name);
    recorders.push(new SessionRecorder(live, { ...options, path }));
  }
  return recorders;
}

// What is written when it must not be interrupted any more: from the end of recording to the files' ends.
async function record(
  recorders: readonly SessionRecorder[],
  options: RecordOptions,
  io: Io,
  stop: AbortSignal,
  say: (message: string) => void,
): Promise<boolean> {
  const until =
    options.duration === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.duration;
  const progress = new RecordProgress(io.stderr);
  let failure: string | undefined;
  let polled = performance.now();
  let stopping: Promise<unknown> | undefined;
  while (!recorders.every(({ live }) => live.over)) {
    try {
      for (const recorder of recorders) recorder.drain();
    } catch (error) {
      failure ??= error instanceof Error ? error.message : String(error);
    }
    const now = performance.now();
    if (now - polled > POLL) for (const recorder of recorders) recorder.poll();
    if (now - polled > POLL) polled = now;
    progress.show(recorders);
    const full = recorders.some((recorder) => recorder.full);
    if (stop.aborted || now >= until || full || failure !== undefined)
      stopping ??= stopAll(recorders.map(({ live }) => live));
    await Promise.race(recorders.map(({ live }) => (live.over ? sleep(WAIT) : live.wait(WAIT))));
  }
  await stopping;
  progress.clear();
  return finish(recorders, failure, io, say);
}

async function finish(
  recorders: readonly SessionRecorder[],
  failure: string | undefined,
  io: Io,
  say: (message: string) => void,
): Promise<boolean> {
  let failed = failure;
  for (const recorder of recorders) {
    try {
      recorder.poll();
      recorder.end();
    } catch (error) {
      failed ??= error instanceof Error ? error.message : String(error);
    }
    const { live, files, buffers, bytes, loss } = recorder;
    const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    const lost = `${loss.events} events and ${loss.buffers} buffers lost`;
    const left = recorder.unwritten === 0 ? '' : `; ${recorder.unwritten} buffers not written`;
    say(`session ${live.name}: ${buffers} buffers, ${size}; ${lost}${left}`);
    for (const file of files) await writeOut(io.stdout, `${file}\n`);
  }
  if (failed !== undefined) say(`it could not be written: ${failed}`);
  return failed === undefined;
}

function stopAll(sessions: readonly LiveSession[]): Promise<unknown> {
  return Promise.all(sessions.map((live) => live.stop(STOP_PATIENCE)));
}

/** `OUT.etl` and `sigel-events-record` make `OUT.sigel-events-record.etl`. */
function fileOf(path: string, session: string): string {
  const extension = extname(path);
  const name = session.replaceAll(/[^\w.-]/g, '_');
  return `${path.slice(0, path.length - extension.length)}.${name}${extension}`;
}

function incidentText(incident: SessionIncident): string {
  switch (incident.kind) {
    case 'note':
      return incident.message;
    case 'fallback':
      return `events are taken one by one: ${incident.reason}`;
    case 'stopped':
      return 'it was stopped by somebody else';
    case 'disabled':
      return `provider ${incident.provider} was disabled by somebody else, and is enabled again`;
    case 'restart':
      return `begins anew in ${incident.waitMilliseconds / 1000} s: ${incident.reason}`;
  }
}
