import type { Component, ComponentContext, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import type { SpanBatch } from '../../src/model/span.ts';
import { observeMemoryLimiter } from '../../src/telemetry/memory_limiter_metrics.ts';
import type { MemoryLimiterConfig } from './config.ts';
import { hostMemory, type Memory } from './host_memory.ts';
import { MemoryWatch } from './watch.ts';

/** Refuses, for now, what comes while the process has more memory than it should. */
class MemoryLimiter implements Component {
  readonly #context: ComponentContext;
  readonly #config: MemoryLimiterConfig;
  readonly #open: () => Promise<Memory>;
  readonly #counts = { used: 0, soft: 0, hard: 0, refused: 0 };
  #watch: MemoryWatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wasAbove = false;

  /** `open` is asked for the machine's memory at the start. */
  constructor(context: ComponentContext, config: MemoryLimiterConfig, open: () => Promise<Memory>) {
    this.#context = context;
    this.#config = config;
    this.#open = open;
    context.account.status.watch(() => this.#watch?.excess?.reason);
  }

  async start(): Promise<void> {
    const memory = await this.#open();
    const watch = new MemoryWatch(this.#config, memory, performance.now.bind(performance));
    this.#watch = watch;
    Object.assign(this.#counts, watch.limits);
    observeMemoryLimiter(this.#context.meter, () => ({ ...this.#counts, used: memory.used() }));
    this.#check(watch);
    this.#timer = setInterval(() => this.#check(watch), this.#config.check_interval).unref();
  }

  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    // What others still hold has to get out.
    this.#watch = undefined;
  }

  /** Hands records on, or refuses them. Those are counted that were taken: what is refused comes again. */
  protected async admit(records: number, handOn: () => Promise<Outcome>): Promise<Outcome> {
    if (records === 0) return ACCEPTED;
    const excess = this.#watch?.excess;
    if (excess !== undefined) {
      this.#counts.refused += records;
      return retryLater(excess.reason);
    }
    const outcome = await handOn();
    if (outcome.kind === 'accepted') {
      this.#context.account.taken += records;
      this.#context.account.emitted += records;
    }
    return outcome;
  }

  #check(watch: MemoryWatch): void {
    watch.check();
    const reason = watch.excess?.reason;
    if ((reason !== undefined) === this.#wasAbove) return;
    this.#wasAbove = reason !== undefined;
    const { logger } = this.#context;
    if (reason === undefined) logger.info('memory is below its limit again: records are taken');
    else logger.warn('records are refused until there is less memory in use', { reason });
  }
}

/** The limiter of a logs pipeline. */
export class LogsMemoryLimiter extends MemoryLimiter implements LogsConsumer {
  readonly #next: LogsConsumer;

  constructor(
    context: ComponentContext,
    config: MemoryLimiterConfig,
    next: LogsConsumer,
    open: () => Promise<Memory> = hostMemory,
  ) {
    super(context, config, open);
    this.#next = next;
  }

  consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.admit(batch.length, () => this.#next.consumeLogs(batch));
  }
}

/** The limiter of a traces pipeline. */
export class TracesMemoryLimiter extends MemoryLimiter implements TracesConsumer {
  readonly #next: TracesConsumer;

  constructor(
    context: ComponentContext,
    config: MemoryLimiterConfig,
    next: TracesConsumer,
    open: () => Promise<Memory> = hostMemory,
  ) {
    super(context, config, open);
    this.#next = next;
  }

  consumeTraces(batch: SpanBatch): Promise<Outcome> {
    return this.admit(batch.length, () => this.#next.consumeTraces(batch));
  }
}
