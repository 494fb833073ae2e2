import { constants, setPriority } from 'node:os';
import process from 'node:process';
import type { ComponentContext } from '../../src/component.ts';
import type { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import { observeGovernor } from '../../src/telemetry/governor_metrics.ts';
import type { LiveSession } from '../../src/windows/live/live_session.ts';
import { Controller } from '../../src/windows/shedding/controller.ts';
import { STAGES, type Stage } from '../../src/windows/shedding/stages.ts';
import { governorRecord } from './agent_records.ts';

/** Between two looks, in milliseconds. */
const LOOK = 1000;

/** What a governor acts on. */
export interface GovernorOptions {
  readonly context: ComponentContext;
  readonly emitter: RecordEmitter;
  readonly sessions: readonly LiveSession[];
  /** In cores, as it is now; undefined where there is none. */
  readonly limit: () => number | undefined;
  /** Called before files and keys are told again. */
  readonly forgetNames: () => void;
}

/**
 * Keeps the process below its limit of CPU time: above it, events are shed at the source, stage by stage. Each step is a
 * record, a log line and a metric; the ledger has the seconds of each stage. On Windows the process makes way for others
 * besides.
 */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #controller: Controller;
  readonly #timer: NodeJS.Timeout;
  readonly #steps = new Map<'shed' | 'restore', number>([
    ['shed', 0],
    ['restore', 0],
  ]);
  #looked = performance.now();

  constructor(options: GovernorOptions) {
    const { context, limit } = options;
    this.#options = options;
    this.#controller = new Controller(STAGES.length);
    if (process.platform === 'win32') makeWay(context);
    context.account.status.watch(() => this.#trouble());
    observeGovernor(context.meter, () => ({
      level: this.#controller.level,
      usage: this.#controller.usage,
      limit: limit(),
      steps: this.#steps,
      time: STAGES.map((stage) => [stage, context.account.shed.get(stage) ?? 0]),
    }));
    this.#timer = setInterval(() => this.#look(), LOOK).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { account } = this.#options.context;
    const now = performance.now();
    const seconds = (now - this.#looked) / 1000;
    for (const stage of this.#shed()) account.shed.set(stage, (account.shed.get(stage) ?? 0) + seconds);
    this.#looked = now;
    const { user, system } = process.cpuUsage();
    const limit = this.#options.limit() ?? Number.POSITIVE_INFINITY;
    const step = this.#controller.look(now / 1000, (user + system) / 1e6, limit);
    if (step !== undefined) this.#take(step, limit);
  }

  #take(step: 'shed' | 'restore', limit: number): void {
    const { context, emitter, sessions, forgetNames } = this.#options;
    const { level, usage } = this.#controller;
    const stages = this.#shed();
    if (step === 'restore' && STAGES[level] === 'files_registry') forgetNames();
    for (const session of sessions) session.shed(level);
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    const facts = { stages: stages.join(' '), cores: usage.toFixed(2), limit: limit.toFixed(2) };
    if (step === 'shed') context.logger.warn('the CPU is short: fewer events are asked for', facts);
    else context.logger.info('more events are asked for again', facts);
    emitter.addOwn(governorRecord({ kind: step, level, usage }, limit, stages, context.resource));
  }

  #shed(): readonly Stage[] {
    return STAGES.slice(0, this.#controller.level);
  }

  #trouble(): string | undefined {
    const stages = this.#shed();
    return stages.length === 0 ? undefined : `the CPU is short: not asked for are ${stages.join(', ')}`;
  }
}

function makeWay({ logger }: ComponentContext): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn('the process keeps its priority', { reason });
  }
}
