import { availableParallelism } from 'node:os';
import type { Component, Host } from '../component.ts';
import { coresOf } from '../config/cpu_limit.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sleep } from './back_off.ts';
import { buildGraph, type GraphOptions } from './graph.ts';
import { describeError } from './guard.ts';
import type { Running, Stages } from './running.ts';

/** What a service runs with. */
export interface ServiceOptions extends Omit<GraphOptions, 'deadline'> {
  /** Asks for an orderly stop. */
  readonly stop: AbortSignal;
  /** Exports what everything came to, when all components are down; left behind when the time is over. */
  readonly lastWords?: () => Promise<void>;
}

/**
 * How a run ended: every receiver came to its end, someone asked it to stop, or something broke for good or
 * could not be read (already logged).
 */
export type RunResult = 'finished' | 'stopped' | 'failed';

/** How much longer than the deadline a component may take to give up before it is left behind. */
const GIVE_UP_MS = 5_000;
/** What the last words have when draining took all of its time: what was dropped then matters most. */
const LAST_WORDS_MS = 1_000;

/**
 * Builds, starts and runs the components of a config until all receivers are finished, `stop` aborts or a
 * component fails for good; then shuts them down, upstream first, within `service::drain_timeout`.
 */
export async function runService(options: ServiceOptions): Promise<RunResult> {
  return new Service(options).run();
}

class Service {
  readonly #options: ServiceOptions;
  readonly #logger: Logger;
  readonly #deadline = new AbortController();
  /** Ends the service's own timers. */
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<RunResult>();
  readonly #unfinished = new Set<Running>();
  readonly #extensions = new Map<string, Component>();
  #started = false;
  /** A receiver came to its end without having read everything. */
  #unread = false;
  #isEnding = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#logger = options.logger({});
  }

  async run(): Promise<RunResult> {
    const { stop } = this.#options;
    const stopped = () => this.#end('stopped');
    if (stop.aborted) stopped();
    stop.addEventListener('abort', stopped);
    const stages = this.#build();
    // Asked to stop while components start, it lets those that are at it come to an end first.
    await Promise.race([this.#start(stages), this.#startTimeout()]);
    const result = await this.#ended.promise;
    stop.removeEventListener('abort', stopped);
    if (result === 'stopped') this.#logger.info('asked to stop: what is under way is delivered first');
    await this.#shutdown(stages);
    this.#over.abort();
    return result;
  }

  #build(): Stages {
    try {
      return buildGraph({ ...this.#options, deadline: this.#deadline.signal });
    } catch (error) {
      this.#logger.error('the pipelines cannot be built', { error: describeError(error) });
      this.#end('failed');
      return [];
    }
  }

  /** Resolves when components that are still starting after a request to stop have had their time. */
  async #startTimeout(): Promise<void> {
    await this.#ended.promise;
    await sleep(this.#options.config.service.drain_timeout, this.#over.signal);
  }

  /** Starts stage by stage, until everything runs or something cannot. */
  async #start(stages: Stages): Promise<void> {
    for (const running of stages.flat()) {
      if (running.kind === 'receiver') this.#unfinished.add(running);
      if (running.kind === 'extension') this.#extensions.set(running.id, running.component);
    }
    for (const stage of stages) {
      if (this.#isEnding) return;
      const started = await Promise.all(stage.map((running) => this.#startOne(running)));
      if (started.includes(false)) return;
    }
    this.#logger.info('everything is running', { pipelines: this.#options.config.pipelines.length });
    this.#started = true;
    this.#endWhenFinished();
  }

  async #startOne(running: Running): Promise<boolean> {
    const { status } = running.context.account;
    try {
      await running.component.start(this.#hostFor(running));
      status.enter('ok');
      return true;
    } catch (error) {
      const { kind, id, context } = running;
      const reason = error instanceof Error ? error.message : String(error);
      status.fail(reason);
      context.logger.error(`${kind} ${id} cannot start: ${reason}`);
      context.logger.debug('where it failed', { error: describeError(error) });
      this.#end('failed');
      return false;
    }
  }

  #hostFor(running: Running): Host {
    return {
      cpuLimit: coresOf(this.#options.config.service.cpu_limit, availableParallelism()),
      extension: (id) => {
        const extension = this.#extensions.get(id);
        if (extension === undefined) throw new Error(`service::extensions does not name "${id}"`);
        return extension;
      },
      finished: (failure) => {
        if (failure !== undefined) {
          running.context.logger.error(failure);
          this.#unread = true;
        }
        this.#unfinished.delete(running);
        this.#endWhenFinished();
      },
      fatal: (error) => {
        running.context.account.status.fail(error.message);
        running.context.logger.error(`${running.kind} ${running.id} failed for good: ${error.message}`);
        this.#end('failed');
      },
    };
  }

  /** The first reason to end is the result. */
  #end(result: RunResult): void {
    this.#isEnding = true;
    this.#ended.resolve(result);
  }

  #endWhenFinished(): void {
    if (this.#started && this.#unfinished.size === 0) this.#end(this.#unread ? 'failed' : 'finished');
  }

  /**
   * The reverse of the start. After the deadline no stage waits for the one before it: a receiver that waits for
   * its batches is released by the exporters giving up on them. A component that hangs is left behind.
   */
  async #shutdown(stages: Stages): Promise<void> {
    const { drain_timeout: drainMs } = this.#options.config.service;
    const passed = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#logger.warn('the time for draining is over: what is still under way is dropped', {
        drain_ms: drainMs,
      });
      this.#deadline.abort();
      passed.resolve();
    }, drainMs);
    const busy = new Set(stages.flat());
    const all: Promise<unknown>[] = [];
    for (const stage of stages.toReversed()) {
      const down = Promise.all(
        stage.map((running) => this.#shutdownOne(running).finally(() => busy.delete(running))),
      );
      all.push(down);
      await Promise.race([down, passed.promise]);
    }
    const giveUp = passed.promise.then(() => sleep(GIVE_UP_MS, this.#over.signal));
    await Promise.race([Promise.all(all), giveUp]);
    const enough = passed.promise.then(() => sleep(LAST_WORDS_MS, this.#over.signal)).then(() => 'late');
    if ((await Promise.race([this.#options.lastWords?.(), enough])) === 'late')
      this.#logger.warn('the last export of metrics took too long and was left behind');
    clearTimeout(timer);
    for (const { kind, id, context } of busy)
      context.logger.error(`${kind} ${id} did not shut down: this is a bug`);
  }

  async #shutdownOne({ component, kind, id, context }: Running): Promise<void> {
    const { status } = context.account;
    status.enter('stopping');
    try {
      await component.shutdown(this.#deadline.signal);
    } catch (error) {
      context.logger.error(`${kind} ${id} failed while shutting down: this is a bug`, {
        error: describeError(error),
      });
    }
    status.enter('stopped');
  }
}
