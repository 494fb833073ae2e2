import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { HrTime } from '@opentelemetry/api';
import type { Capture } from '../../src/capture/capture.ts';
import type { ComponentContext } from '../../src/component.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import type { Correlator } from '../../src/etw/correlate/correlator.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import { LiveMerge } from '../../src/etw/live/live_merge.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { scopeFor } from '../../src/model/scope.ts';
import type { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import type { LiveHost } from '../../src/windows/live/live_host.ts';
import { Clocks } from './clocks.ts';
import { Feed } from './feed.ts';
import type { PlannedSession } from './planned_session.ts';

/** What a pump is made with. */
export interface PumpOptions {
  readonly context: ComponentContext;
  readonly sessions: readonly PlannedSession[];
  readonly emitter: RecordEmitter;
  readonly host: LiveHost;
  readonly clockCorrection: boolean;
  readonly includeEventData: boolean;
  readonly batchSize: number;
  /** Milliseconds; undefined: each session's flush interval. */
  readonly reorderWindow: number | undefined;
  /** Bytes of buffers that may wait for their turn. */
  readonly maxReorder: number;
  /** What is shown all buffers as they come. */
  readonly capture: Capture | undefined;
  /** Called when all events were handed on: what is still to be said goes with the last batch. */
  readonly lastWords: () => void;
}

/** How long the pump sleeps when nothing comes, in milliseconds. */
const IDLE = 100;
/** And this long in any case: being woken for each buffer costs more than the buffer, on both sides. */
const NAP = 5;
/** How long it works before others get a turn, in milliseconds: a turn of the loop costs system calls. */
const TURN = 20;
const HOUSEKEEPING = 60_000;

/**
 * From the rings of all sessions to batches on their way: buffers are merged in time, events decoded,
 * mapped, correlated and handed on. It ends when every session is over and everything was handed on.
 */
export class Pump {
  readonly merge: LiveMerge;
  readonly clocks: Clocks;
  readonly #options: PumpOptions;
  readonly #decoder: Decoder;
  readonly #mapper: RecordMapper;
  readonly #correlator: Correlator;
  readonly #feeds: readonly Feed[];
  #observed: HrTime = [0, 0];
  /** Unix seconds of the newest event that went on, and when that was. */
  #newest = { seconds: 0, at: 0 };
  #kept = performance.now();
  /** When others last had a turn. */
  #turned = performance.now();

  constructor(options: PumpOptions) {
    const { context, host, emitter, clockCorrection, includeEventData, maxReorder } = options;
    this.#options = options;
    this.#decoder = new Decoder(Catalogue.shipped(), host.schemas);
    context.account.status.show('schemas', () => this.#decoder.sizes);
    this.clocks = new Clocks(clockCorrection ? host.clock : undefined);
    this.merge = new LiveMerge({
      decoder: this.#decoder,
      maxHeld: maxReorder,
      onDamage: (message) => context.logger.warn('a damaged buffer', { problem: message }),
    });
    this.#mapper = new RecordMapper({
      resource: context.resource,
      scope: scopeFor('etw'),
      observedTime: () => this.#observed,
      includeEventData,
      ...(host.accounts === undefined ? {} : { accounts: host.accounts }),
    });
    this.#correlator = emitter.correlator(host.volumes === undefined ? {} : { volumes: host.volumes.known });
    this.#feeds = options.sessions.map(
      (session, rank) =>
        new Feed(session, rank, this.merge, this.clocks, options.reorderWindow, options.capture),
    );
  }

  /** See {@link Correlator.forgetNames}. */
  forgetNames(): void {
    this.#correlator.forgetNames();
  }

  /** Runs until all sessions are over. */
  async run(): Promise<void> {
    await this.#pump();
    const { emitter, lastWords } = this.#options;
    emitter.release(this.#correlator);
    lastWords();
    await emitter.flush(1);
  }

  async #pump(): Promise<void> {
    const { sessions } = this.#options;
    for (;;) {
      const over = sessions.every(({ live }) => live.over);
      if (over) this.merge.drain();
      const moved = this.#fill();
      const taken = await this.#take();
      if (over && moved === 0 && taken === 0) return;
      if (moved > 0 || taken > 0) await this.#turn();
      else await this.#idle();
      await this.#keepHouse();
    }
  }

  async #turn(): Promise<void> {
    if (performance.now() - this.#turned < TURN) return;
    await nextTurn();
    this.#turned = performance.now();
  }

  // Lifecycle sessions come first, and may fill the window twice as far: they are shed last.
  #fill(): number {
    const { maxReorder } = this.#options;
    let moved = 0;
    for (const feed of this.#feeds) moved += feed.fill(feed.shedLast ? 2 * maxReorder : maxReorder);
    return moved;
  }

  async #take(): Promise<number> {
    const { emitter, batchSize } = this.#options;
    const now = Date.now();
    this.#observed = [Math.floor(now / 1000), (now % 1000) * 1e6];
    this.merge.refresh();
    let taken = 0;
    let last = 0;
    for (let event = this.merge.next(); event !== undefined; event = this.merge.next()) {
      this.#handle(event);
      last = event.seconds;
      taken++;
      if (!emitter.full) continue;
      await emitter.flush(batchSize);
      // What came meanwhile may be earlier than what is next.
      break;
    }
    if (taken > 0) this.#newest = { seconds: last, at: performance.now() };
    return taken;
  }

  #handle(event: EventView): void {
    const { account } = this.#options.context;
    account.read++;
    const state = this.#decoder.stateOf(event);
    if (state === undefined) this.#options.emitter.add(event, this.#mapper, this.#correlator);
    else {
      account.consumeAsState(state, 1);
      this.#decoder.learn(event);
    }
  }

  // Nothing comes: what is held back goes on when its time has passed, and batches that are not full.
  async #idle(): Promise<void> {
    const { emitter, sessions } = this.#options;
    const { seconds, at } = this.#newest;
    emitter.expire(this.#correlator, seconds + (performance.now() - at) / 1000);
    await emitter.flush(1);
    await sleep(NAP);
    await Promise.race(sessions.map(({ live }) => live.wait(IDLE)));
    this.#turned = performance.now();
  }

  async #keepHouse(): Promise<void> {
    const now = performance.now();
    if (now - this.#kept < HOUSEKEEPING) return;
    this.#kept = now;
    const { volumes, schemas } = this.#options.host;
    this.clocks.correct();
    const moved = volumes?.refresh();
    if (moved !== undefined) this.#correlator.learnVolumes(moved);
    schemas?.renew((guid, name) => this.#decoder.providers.forgetSchemas(guid, name));
    await schemas?.save();
  }
}
