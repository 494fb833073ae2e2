import { type Capture, captureOf } from '../../src/capture/capture.ts';
import type { Component, Host, LogsConsumer, ReceiverContext } from '../../src/component.ts';
import { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import { ETW_METRICS } from '../../src/telemetry/etw_metrics.ts';
import { observable } from '../../src/telemetry/metric.ts';
import { liveSession } from '../../src/windows/live/live.ts';
import type { LiveSession } from '../../src/windows/live/live_session.ts';
import { type EtwPlatform, type SessionPlan, sentence } from '../../src/windows/live/platform.ts';
import { Canary } from './canary.ts';
import type { EtwConfig } from './config.ts';
import { Governor } from './governor.ts';
import type { PlannedSession } from './planned_session.ts';
import { Pump } from './pump.ts';
import { Watch } from './watch.ts';

/** An orderly stop gives a session this long for its last buffers, in milliseconds. */
const STOP_PATIENCE = 1200;

/** Reads live ETW sessions until it is shut down; see README.md. */
export class EtwReceiver implements Component {
  readonly #context: ReceiverContext;
  readonly #config: EtwConfig;
  readonly #platform: (config: EtwConfig) => Promise<EtwPlatform>;
  readonly #emitter: RecordEmitter;
  readonly #canary: Canary | undefined;
  readonly #watch: Watch;
  readonly #giveUp = new AbortController();
  readonly #sessions: PlannedSession[] = [];
  #made: EtwPlatform | undefined;
  #polling: NodeJS.Timeout | undefined;
  #governor: Governor | undefined;
  #running: Promise<void> | undefined;

  /** `platform` makes what the receiver needs of the system, on start. */
  constructor(
    context: ReceiverContext,
    config: EtwConfig,
    next: LogsConsumer | undefined,
    platform: (config: EtwConfig) => Promise<EtwPlatform>,
  ) {
    this.#context = context;
    this.#config = config;
    this.#platform = platform;
    const { canary_interval: interval } = config;
    if (next !== undefined && interval > 0) this.#canary = new Canary(context, next, interval);
    this.#emitter = new RecordEmitter({
      context,
      next: this.#canary ?? next,
      batchSize: config.batch_size,
      recordUid: config.record_uid,
      maxInFlight: config.max_in_flight,
      giveUp: this.#giveUp.signal,
    });
    this.#watch = new Watch(context, this.#emitter);
  }

  /** Rejects when a session cannot be had, with what to do about it; those that were started are stopped. */
  async start(host: Host): Promise<void> {
    const { capture: extension } = this.#config;
    const capture = extension === undefined ? undefined : captureOf(host, extension);
    const platform = await this.#platform(this.#config);
    this.#made = platform;
    const canary = this.#canary !== undefined && platform.canary !== undefined;
    const plans = platform.plan(this.#config, { canary });
    if (plans.kind === 'failed') throw new Error(sentence(plans.error));
    for (const plan of plans.value) await this.#startSession(plan, platform);
    this.#startCanary(platform, plans.value);
    const pump = this.#pump(platform, capture);
    this.#measure(pump);
    this.#polling = setInterval(() => this.#watch.poll(), this.#config.poll_interval);
    this.#governor = new Governor({
      context: this.#context,
      emitter: this.#emitter,
      sessions: this.#sessions.map(({ live }) => live),
      limit: () => host.cpuLimit?.(),
      forgetNames: () => pump.forgetNames(),
    });
    this.#running = pump.run().catch((error: unknown) => {
      host.fatal(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Stops the sessions, hands on their last buffers and waits until everything is settled. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    clearInterval(this.#polling);
    this.#governor?.stop();
    this.#canary?.stop();
    await Promise.all(this.#sessions.map(({ live }) => live.stop(STOP_PATIENCE)));
    await this.#running;
    await this.#emitter.empty();
    await this.#made?.dispose();
    deadline.removeEventListener('abort', giveUp);
  }

  async #startSession(plan: SessionPlan, platform: EtwPlatform): Promise<void> {
    const live = this.#live(plan, platform);
    const error = await live.start();
    if (error !== undefined) {
      await Promise.all(this.#sessions.map((session) => session.live.stop(0)));
      throw new Error(`session ${plan.name}: ${sentence(error)}`);
    }
    this.#sessions.push({ live, shedLast: plan.shedLast });
    this.#watch.add(live);
    const { facts, path } = live;
    this.#context.logger.info('reading a live session', {
      session: plan.name,
      buffers: path ?? '',
      buffer_kib: facts?.bufferSizeKiB ?? 0,
      flush_ms: facts?.flushMilliseconds ?? 0,
    });
  }

  #startCanary(platform: EtwPlatform, plans: readonly SessionPlan[]): void {
    const sessions = plans.flatMap(({ name, canary }) =>
      canary === undefined ? [] : [{ name, keyword: canary }],
    );
    if (sessions.length === 0) return;
    const writer = platform.canary?.();
    if (writer?.kind === 'ok') this.#canary?.start(sessions, writer.value);
    else this.#context.logger.warn('no canaries are written', { reason: writer?.error.message ?? '' });
  }

  #live(plan: SessionPlan, platform: EtwPlatform): LiveSession {
    const { ring_size: ringSize, max_block: maxBlock } = this.#config;
    return liveSession(plan, platform, {
      ringSize,
      maxBlock,
      onIncident: (incident) => this.#watch.incident(plan.name, incident),
    });
  }

  #pump({ host }: EtwPlatform, capture: Capture | undefined): Pump {
    const config = this.#config;
    return new Pump({
      context: this.#context,
      sessions: this.#sessions,
      emitter: this.#emitter,
      host,
      clockCorrection: config.clock_correction,
      includeEventData: config.include_event_data,
      batchSize: config.batch_size,
      reorderWindow: config.reorder_window,
      maxReorder: config.max_reorder,
      capture,
      lastWords: () => this.#watch.poll(),
    });
  }

  #measure({ merge, clocks }: Pump): void {
    const { meter } = this.#context;
    this.#watch.measure();
    observable(meter, ETW_METRICS.late).addCallback((result) => result.observe(merge.late));
    observable(meter, ETW_METRICS.held).addCallback((result) => result.observe(merge.held));
    observable(meter, ETW_METRICS.clockOffset).addCallback((result) => result.observe(clocks.offset));
  }
}
