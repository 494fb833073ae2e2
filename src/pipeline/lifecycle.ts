import type { Host } from '../component.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sleep } from './back_off.ts';
import { describeError } from './guard.ts';
import type { Running, Stages } from './running.ts';

/** How much longer than the deadline a component may take to give up before it is left behind. */
const GIVE_UP_MS = 5_000;
/** What the last words have when draining took all of its time: what was dropped then matters most. */
const LAST_WORDS_MS = 1_000;

/** Starts a component; why it cannot, already logged, or undefined. */
export async function startOne(running: Running, host: Host): Promise<string | undefined> {
  const { kind, id, context, status } = running;
  try {
    await running.component.start(host);
    status.enter('ok');
    running.isUp = true;
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    status.fail(reason);
    context.logger.error(`${kind} ${id} cannot start: ${reason}`);
    context.logger.debug('where it failed', { error: describeError(error) });
    return `${kind} ${id} cannot start: ${reason}`;
  }
}

/**
 * Shuts down a component that goes while others stay. One that does not come to its end soon after the deadline is left
 * behind: it holds what it could not hand on, and its successor begins beside it.
 */
export async function leave(running: Running, deadline: AbortSignal): Promise<void> {
  const { kind, id, context } = running;
  running.isUp = false;
  const down = shutdownOne(running, deadline).then(() => running.endMetrics());
  const enough = new AbortController();
  const late = aborted(deadline, enough.signal)
    .then(() => sleep(GIVE_UP_MS, enough.signal))
    .then(() => 'late');
  if ((await Promise.race([down, late])) === 'late')
    context.logger.warn(`${kind} ${id} still holds records, and ends behind its successor`);
  else if (kind === 'exporter') context.account.leave();
  enough.abort();
}

/** How everything is shut down. */
export interface ShutdownOptions {
  readonly logger: Logger;
  /** How long draining may take, in milliseconds. */
  readonly drainMs: number;
  /** Aborted when that is over. */
  readonly deadline: AbortController;
  /** Ends all waiting. */
  readonly over: AbortSignal;
  /** Exports what everything came to. */
  readonly lastWords: (() => Promise<void>) | undefined;
}

/**
 * The reverse of the start. After the deadline no stage waits for the one before it: a receiver that waits for
 * its batches is released by the exporters giving up on them. A component that hangs is left behind.
 */
export async function shutDown(stages: Stages, options: ShutdownOptions): Promise<void> {
  const { logger, drainMs, deadline, over, lastWords } = options;
  const passed = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    logger.warn('the time for draining is over: what is still under way is dropped', { drain_ms: drainMs });
    deadline.abort();
    passed.resolve();
  }, drainMs);
  const busy = new Set(stages.flat());
  const all: Promise<unknown>[] = [];
  for (const stage of stages.toReversed()) {
    const down = Promise.all(
      stage.map((running) => shutdownOne(running, deadline.signal).finally(() => busy.delete(running))),
    );
    all.push(down);
    await Promise.race([down, passed.promise]);
  }
  const giveUp = passed.promise.then(() => sleep(GIVE_UP_MS, over));
  await Promise.race([Promise.all(all), giveUp]);
  const enough = passed.promise.then(() => sleep(LAST_WORDS_MS, over)).then(() => 'late');
  if ((await Promise.race([lastWords?.(), enough])) === 'late')
    logger.warn('the last export of metrics took too long and was left behind');
  clearTimeout(timer);
  for (const { kind, id, context } of busy)
    context.logger.error(`${kind} ${id} did not shut down: this is a bug`);
}

async function shutdownOne(
  { component, kind, id, context, status }: Running,
  deadline: AbortSignal,
): Promise<void> {
  status.enter('stopping');
  try {
    await component.shutdown(deadline);
  } catch (error) {
    context.logger.error(`${kind} ${id} failed while shutting down: this is a bug`, {
      error: describeError(error),
    });
  }
  status.enter('stopped');
}

/** Resolves when the signal aborts; never when `over` does first. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
}
