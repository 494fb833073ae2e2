import type { ComponentContext } from '../../src/component.ts';
import { MetricAttr } from '../../src/model/attributes.ts';
import type { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import { ETW_METRICS } from '../../src/telemetry/etw_metrics.ts';
import { observable } from '../../src/telemetry/metric.ts';
import type { LiveSession, SessionIncident } from '../../src/windows/live/live_session.ts';
import type { SessionCounters } from '../../src/windows/live/session_counters.ts';
import { disabledRecord, type Loss, lossRecord, restartRecord, stoppedRecord } from './agent_records.ts';
import { lossesBetween } from './losses.ts';

/** How long a loss, or a consumer that began anew, is told as trouble, in milliseconds. */
const RECENT = 60_000;

/**
 * Watches the counters of live sessions: what is lost becomes a record, a line of the ledger, a metric and
 * a warning. It is polled, since Windows tells losses by counters only.
 */
export class Watch {
  readonly #context: ComponentContext;
  readonly #emitter: RecordEmitter;
  readonly #seen = new Map<LiveSession, SessionCounters>();
  readonly #restarts = new Map<string, number>();
  /** How often sessions were stopped by others. */
  readonly #stops = new Map<string, number>();
  /** How often providers were disabled by others. */
  readonly #disabled = new Map<string, number>();
  /** Seconds in which events of a session may be missing. */
  readonly #blind = new Map<string, number>();
  #looked = performance.now();
  #trouble: { readonly reason: string; readonly at: number } | undefined;

  constructor(context: ComponentContext, emitter: RecordEmitter) {
    this.#context = context;
    this.#emitter = emitter;
    context.account.status.watch(() => this.#recentTrouble());
  }

  /** Begins to watch a session. */
  add(live: LiveSession): void {
    this.#seen.set(live, live.poll());
    this.#restarts.set(live.name, 0);
    this.#stops.set(live.name, 0);
    this.#disabled.set(live.name, 0);
    this.#blind.set(live.name, 0);
    this.#context.account.sessions.set(live.name, () => ({ ...(this.#seen.get(live) ?? live.poll()) }));
  }

  /** Looks at all sessions; what was lost since the last look is told. */
  poll(): void {
    const looked = performance.now();
    const seconds = (looked - this.#looked) / 1000;
    this.#looked = looked;
    for (const [live, before] of this.#seen) {
      const now = live.poll();
      this.#seen.set(live, now);
      const losses = lossesBetween(live.name, before, now, seconds);
      if (losses.length > 0) this.#addBlind(live.name, seconds);
      for (const loss of losses) this.#tell(loss);
    }
  }

  /** Takes what befell a session. */
  incident(session: string, incident: SessionIncident): void {
    const { logger, resource } = this.#context;
    switch (incident.kind) {
      case 'note':
        logger.warn(incident.message, { session });
        return;
      case 'fallback':
        logger.info('events are consumed one by one', { session, reason: incident.reason });
        return;
      case 'stopped':
        this.#stops.set(session, (this.#stops.get(session) ?? 0) + 1);
        logger.error('a session was stopped by somebody else', { session });
        this.#emitter.addOwn(stoppedRecord(session, resource));
        return;
      case 'disabled':
        this.#disabled.set(session, (this.#disabled.get(session) ?? 0) + 1);
        this.#troubled(`provider ${incident.provider} was disabled in session ${session} by somebody else`);
        logger.error('a provider was disabled by somebody else', { session, provider: incident.provider });
        this.#emitter.addOwn(disabledRecord(session, incident.provider, resource));
        return;
      case 'restart':
        this.#restarts.set(session, (this.#restarts.get(session) ?? 0) + 1);
        this.#addBlind(session, incident.waitMilliseconds / 1000);
        this.#troubled(`consuming session ${session} began anew: ${incident.reason}`);
        logger.warn('consuming begins anew', {
          session,
          reason: incident.reason,
          wait_ms: incident.waitMilliseconds,
        });
        this.#emitter.addOwn(
          restartRecord(session, incident.reason, incident.waitMilliseconds / 1000, resource),
        );
        return;
    }
  }

  /** Registers the sessions' metrics; they are read when somebody collects. */
  measure(): void {
    const { meter } = this.#context;
    const of = (name: keyof typeof ETW_METRICS, value: (counters: SessionCounters) => number): void =>
      observable(meter, ETW_METRICS[name]).addCallback((result) => {
        for (const [live, counters] of this.#seen)
          result.observe(value(counters), { [MetricAttr.sessionName.name]: live.name });
      });
    of('buffersWritten', ({ buffersWritten }) => buffersWritten);
    of('buffersDelivered', ({ buffersDelivered }) => buffersDelivered);
    of('buffersLost', ({ realTimeBuffersLost, logBuffersLost }) => realTimeBuffersLost + logBuffersLost);
    of('buffersDropped', ({ buffersDropped }) => buffersDropped);
    of('eventsLost', ({ eventsLost }) => eventsLost);
    of('eventsDropped', ({ eventsDropped, eventsUnpackable }) => eventsDropped + eventsUnpackable);
    of('lossMarks', ({ lossMarks }) => lossMarks);
    of('blocked', ({ blockedMilliseconds }) => blockedMilliseconds / 1000);
    const told = (
      name: 'restarts' | 'blind' | 'stops' | 'disabled',
      numbers: ReadonlyMap<string, number>,
    ): void =>
      observable(meter, ETW_METRICS[name]).addCallback((result) => {
        for (const [session, number] of numbers)
          result.observe(number, { [MetricAttr.sessionName.name]: session });
      });
    told('restarts', this.#restarts);
    told('stops', this.#stops);
    told('disabled', this.#disabled);
    told('blind', this.#blind);
  }

  #addBlind(session: string, seconds: number): void {
    this.#blind.set(session, (this.#blind.get(session) ?? 0) + seconds);
  }

  #troubled(reason: string): void {
    this.#trouble = { reason, at: performance.now() };
  }

  #recentTrouble(): string | undefined {
    const trouble = this.#trouble;
    return trouble !== undefined && performance.now() - trouble.at < RECENT ? trouble.reason : undefined;
  }

  #tell(loss: Loss): void {
    const { account, logger, resource } = this.#context;
    const { session, cause, events = 0, buffers } = loss;
    // They were events of the source: the ledger has them as read, and lost.
    account.read += events;
    account.lose(cause, events);
    this.#troubled(`events of session ${session} were lost (${cause})`);
    logger.warn('events were lost', {
      session,
      cause,
      events,
      ...(buffers === undefined ? {} : { buffers }),
    });
    this.#emitter.addOwn(lossRecord(loss, resource));
  }
}
