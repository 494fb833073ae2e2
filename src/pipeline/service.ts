import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Component, Host } from '../component.ts';
import type { CheckResult } from '../config/check.ts';
import type { CheckedConfig } from '../config/checked.ts';
import { coresOf } from '../config/cpu_limit.ts';
import type { ServiceView } from '../status/service_view.ts';
import { observeConfig } from '../telemetry/config_metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sleep } from './back_off.ts';
import { changeOver, keepable, openAll } from './change_over.ts';
import type { ServiceControl } from './control.ts';
import { buildGraph, fingerprintFor, type Graph, type GraphOptions } from './graph.ts';
import { describeError } from './guard.ts';
import { leave, shutDown, startOne } from './lifecycle.ts';
import type { Running, Stages } from './running.ts';
import { RunningConfig } from './running_config.ts';
import { dropsOf, tellLost } from './undelivered.ts';

/** What a service runs with. */
export interface ServiceOptions extends Omit<GraphOptions, 'deadline' | 'view' | 'control' | 'kept'> {
  /** Asks for an orderly stop. */
  readonly stop: AbortSignal;
  /** Called when everything is up. */
  readonly onRunning?: () => void;
  /** Reads the configuration again; without it, it cannot be reloaded. */
  readonly load?: () => Promise<CheckResult>;
  /** Exports what everything came to, when all components are down; left behind when the time is over. */
  readonly lastWords?: () => Promise<void>;
}

/**
 * How a run ended: every receiver came to its end, someone asked it to stop, or something broke for good or
 * could not be read (already logged). `cut_short`: asked to stop, it had to drop what could not be delivered in time.
 */
export type RunResult = 'finished' | 'stopped' | 'cut_short' | 'failed';

/**
 * Builds, starts and runs the components of a config until all receivers are finished, `stop` aborts or a
 * component fails for good; then shuts them down, upstream first, within `service::drain_timeout`.
 */
export async function runService(options: ServiceOptions): Promise<RunResult> {
  return new Service(options).run();
}

/** See {@link runService}; it can be asked to change while it runs. */
export class Service implements ServiceControl {
  readonly #options: ServiceOptions;
  readonly #logger: Logger;
  readonly #deadline = new AbortController();
  /** Ends the service's own timers. */
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<RunResult>();
  readonly #unfinished = new Set<Running>();
  readonly #extensions = new Map<string, Component>();
  readonly #config: RunningConfig;
  #stages: Stages = [];
  /** The start, or the last change that was asked for. */
  #busy: Promise<unknown> = Promise.resolve();
  /** Everything is up: whether all receivers are finished can be told. */
  #settled = false;
  /** A receiver came to its end without having read everything. */
  #unread = false;
  #isEnding = false;
  /** Milliseconds that whoever asked for the stop has. */
  #within = Number.POSITIVE_INFINITY;

  constructor(options: ServiceOptions) {
    const { config, load, logger, metrics } = options;
    this.#options = options;
    this.#logger = logger({});
    this.#config = new RunningConfig(config, load, this.#logger, () => this.#stages.flat());
    observeConfig(metrics.meter, this.#config.view.configuration);
    // Fan-outs and whatever waits listen to them.
    setMaxListeners(0, this.#deadline.signal, this.#over.signal);
  }

  /** How it is, and which configuration runs. */
  get view(): ServiceView {
    return this.#config.view;
  }

  /** To its end; to be called once. */
  async run(): Promise<RunResult> {
    const { stop } = this.#options;
    const stopped = () => this.drain();
    if (stop.aborted) stopped();
    stop.addEventListener('abort', stopped);
    this.#busy = this.#begin();
    const result = await this.#ended.promise;
    stop.removeEventListener('abort', stopped);
    // Asked to stop while components start, it lets those that are at it come to an end first.
    await Promise.race([this.#busy, sleep(this.#drainMs, this.#over.signal)]);
    if (result === 'stopped') this.#logger.info('asked to stop: what is under way is delivered first');
    const before = dropsOf(this.#options.ledger);
    openAll(this.#stages);
    await shutDown(this.#stages, {
      logger: this.#logger,
      drainMs: this.#drainMs,
      deadline: this.#deadline,
      over: this.#over.signal,
      lastWords: this.#options.lastWords,
    });
    this.#over.abort();
    const { ledger } = this.#options;
    const { pipelines } = this.#config.running;
    const lost = tellLost(before, { ledger, pipelines, stages: this.#stages, logger: this.#logger });
    return result === 'stopped' && lost > 0 ? 'cut_short' : result;
  }

  drain(within = Number.POSITIVE_INFINITY): void {
    if (!this.#isEnding) this.#within = within;
    this.#end('stopped');
  }

  /** `onlyChanged`: what was read before is neither tried nor told again. */
  async reload({ onlyChanged = false } = {}): ReturnType<ServiceControl['reload']> {
    const before = this.#busy;
    const done = Promise.withResolvers<void>();
    this.#busy = done.promise;
    try {
      await before;
      return await this.#config.reload({ onlyChanged, change: (from, to) => this.#change(from, to) });
    } finally {
      done.resolve();
    }
  }

  get #drainMs(): number {
    return Math.min(this.#config.running.service.drain_timeout, this.#within);
  }

  /** Starts stage by stage, until everything runs or something cannot. */
  async #begin(): Promise<void> {
    const graph = this.#build(this.#config.running, new Map());
    if (graph === undefined) {
      this.#end('failed');
      return;
    }
    this.#consistOf(graph.stages);
    for (const stage of graph.stages) {
      if (this.#isEnding) return;
      const reasons = await Promise.all(stage.map((running) => startOne(running, this.#hostFor(running))));
      if (reasons.some((reason) => reason !== undefined)) {
        this.#end('failed');
        return;
      }
    }
    this.#logger.info('everything is running', { pipelines: this.#config.running.pipelines.length });
    this.#options.onRunning?.();
    this.#settle();
  }

  #build(config: CheckedConfig, kept: ReadonlyMap<string, Running>): Graph | undefined {
    const { ledger, metrics, resource, logger } = this.#options;
    try {
      return buildGraph({
        config,
        kept,
        ledger,
        metrics,
        resource,
        logger,
        deadline: this.#deadline.signal,
        view: this.#config.view,
        control: this,
      });
    } catch (error) {
      this.#logger.error('the pipelines cannot be built', { error: describeError(error) });
      return undefined;
    }
  }

  /** From one configuration to another; what kept it from that, the first one running again. */
  async #change(from: CheckedConfig, to: CheckedConfig): Promise<string | undefined> {
    if (this.#isEnding) return 'the service is about to end';
    this.#settled = false;
    const failure = await this.#changeTo(to);
    if (failure !== undefined && (await this.#changeTo(from)) !== undefined) this.#end('failed');
    this.#settle();
    return failure;
  }

  async #changeTo(config: CheckedConfig): Promise<string | undefined> {
    const before = this.#stages;
    const graph = this.#build(
      config,
      keepable(before, ({ id, fingerprint }) => {
        const found = config.service.extensions.includes(id) ? config.extensions.get(id) : undefined;
        return found !== undefined && fingerprintFor(found) === fingerprint;
      }),
    );
    if (graph === undefined) return 'the pipelines cannot be built';
    this.#consistOf(graph.stages);
    const limit = new AbortController();
    setMaxListeners(0, limit.signal);
    const timer = setTimeout(() => limit.abort(), config.service.drain_timeout);
    const failure = await changeOver({
      before,
      after: graph.stages,
      connect: graph.connect,
      stop: (running) => leave(running, limit.signal),
      start: (running) => startOne(running, this.#hostFor(running)),
    });
    clearTimeout(timer);
    return failure;
  }

  /** What the service is made of from now on. */
  #consistOf(stages: Stages): void {
    const all = stages.flat();
    this.#stages = stages;
    for (const running of this.#unfinished) if (!all.includes(running)) this.#unfinished.delete(running);
    this.#extensions.clear();
    for (const running of all) {
      if (running.kind === 'receiver' && !running.isUp) this.#unfinished.add(running);
      if (running.kind === 'extension') this.#extensions.set(running.id, running.component);
    }
  }

  #hostFor(running: Running): Host {
    return {
      cpuLimit: () => coresOf(this.#config.running.service.cpu_limit, availableParallelism()),
      extension: (id) => {
        const extension = this.#extensions.get(id);
        if (extension === undefined) throw new Error(`service::extensions does not name "${id}"`);
        running.uses.add(id);
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
        running.status.fail(error.message);
        running.context.logger.error(`${running.kind} ${running.id} failed for good: ${error.message}`);
        // One that was replaced concerns nobody any more.
        if (this.#stages.flat().includes(running)) this.#end('failed');
      },
    };
  }

  /** The first reason to end is the result. */
  #end(result: RunResult): void {
    this.#isEnding = true;
    this.#ended.resolve(result);
  }

  #settle(): void {
    this.#settled = true;
    this.#endWhenFinished();
  }

  #endWhenFinished(): void {
    if (this.#settled && this.#unfinished.size === 0) this.#end(this.#unread ? 'failed' : 'finished');
  }
}
