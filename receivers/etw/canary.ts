import { randomUUID } from 'node:crypto';
import type { LogsConsumer, ReceiverContext } from '../../src/component.ts';
import { CANARY } from '../../src/etw/events/sigel.ts';
import { Attr, MetricAttr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { ETW_METRICS } from '../../src/telemetry/etw_metrics.ts';
import { observable } from '../../src/telemetry/metric.ts';
import type { CanaryWriter } from '../../src/windows/live/platform.ts';
import { canariesFound } from './canaries_found.ts';

/** A session that gets canaries, by what tells them from those of others. */
export interface CanarySession {
  readonly name: string;
  readonly keyword: bigint;
}

/** A canary on its way. Times are performance.now(). */
interface Flight {
  readonly session: string;
  readonly written: number;
  /** What rules had found before. */
  readonly found: readonly number[];
}

/** What is known of a session's canaries. */
interface Returns {
  /** When the last one that has come back was written; until then the start. */
  last: number;
  /** Seconds that it took; undefined until one has come back. */
  latency: number | undefined;
}

/** A canary may take so many intervals, and so many may pass without one. */
const PATIENCE = 3;

/**
 * Writes an event into each session at an interval, and waits for its record behind the session, the rules and the exporters'
 * acknowledgement: silence of a session is then told from a node on which nothing happens. The text of a canary is not to be
 * guessed, so nobody else can answer for it. Stands between the receiver and what comes next.
 */
export class Canary implements LogsConsumer {
  readonly #context: ReceiverContext;
  readonly #next: LogsConsumer;
  readonly #interval: number;
  readonly #flying = new Map<string, Flight>();
  readonly #returns = new Map<string, Returns>();
  #timer: NodeJS.Timeout | undefined;
  #writer: CanaryWriter | undefined;

  /** `interval` in milliseconds. */
  constructor(context: ReceiverContext, next: LogsConsumer, interval: number) {
    this.#context = context;
    this.#next = next;
    this.#interval = interval;
    context.account.status.watch(() => this.#trouble());
  }

  /** Begins to write, the first one after an interval. */
  start(sessions: readonly CanarySession[], writer: CanaryWriter): void {
    this.#writer = writer;
    for (const { name } of sessions) this.#returns.set(name, { last: performance.now(), latency: undefined });
    this.#timer = setInterval(() => this.#write(sessions, writer), this.#interval).unref();
    this.#measure();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#writer?.close();
    this.#returns.clear();
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const outcome = await this.#next.consumeLogs(batch);
    if (this.#flying.size > 0 && outcome.kind === 'accepted')
      for (const record of batch)
        if (record.eventName === CANARY) void this.#returned(record, outcome.settled);
    return outcome;
  }

  #write(sessions: readonly CanarySession[], writer: CanaryWriter): void {
    const { logger, service, id: receiver } = this.#context;
    const now = performance.now();
    for (const [canary, { session, written }] of this.#flying) {
      if (now - written < PATIENCE * this.#interval) continue;
      this.#flying.delete(canary);
      logger.warn('a canary has not come back', { session });
    }
    for (const { name, keyword } of sessions) {
      const id = randomUUID();
      const found = canariesFound(service, receiver);
      this.#flying.set(id, { session: name, written: now, found });
      const written = writer.write(keyword, id);
      if (written.kind === 'failed') logger.warn(written.error.message, { session: name });
    }
  }

  async #returned(record: LogRecord, settled: Promise<unknown> | undefined): Promise<void> {
    await settled;
    const id = String(record.get(Attr.canaryId));
    const flight = this.#flying.get(id);
    const returns = flight && this.#returns.get(flight.session);
    if (flight === undefined || returns === undefined) return;
    const now = canariesFound(this.#context.service, this.#context.id);
    if (now.some((count, i) => count <= (flight.found[i] ?? 0))) return;
    this.#flying.delete(id);
    const seconds = (performance.now() - flight.written) / 1000;
    if (returns.latency === undefined)
      this.#context.logger.info('canaries come back', { session: flight.session, seconds });
    returns.last = Math.max(returns.last, flight.written);
    returns.latency = seconds;
  }

  #trouble(): string | undefined {
    for (const [session, { last }] of this.#returns) {
      const silent = performance.now() - last;
      if (silent > PATIENCE * this.#interval)
        return `no canary of session ${session} has come back for ${Math.round(silent / 1000)} s`;
    }
    return undefined;
  }

  #measure(): void {
    const { meter } = this.#context;
    const of = (name: 'canaryAge' | 'canaryLatency', value: (returns: Returns) => number | undefined): void =>
      observable(meter, ETW_METRICS[name]).addCallback((result) => {
        for (const [session, returns] of this.#returns) {
          const now = value(returns);
          if (now !== undefined) result.observe(now, { [MetricAttr.sessionName.name]: session });
        }
      });
    of('canaryAge', ({ last }) => (performance.now() - last) / 1000);
    of('canaryLatency', ({ latency }) => latency);
  }
}
