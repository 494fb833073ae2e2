import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ComponentContext } from '../../src/component.ts';
import type { EventLogMapper } from '../../src/event_log/mapper.ts';
import { eventFromXml } from '../../src/event_log/xml/event_from_xml.ts';
import type { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import type { WindowsError } from '../../src/windows/abi/errors.ts';
import type { EventLogCalls, EventLogHandle } from '../../src/windows/event_log/event_log_calls.ts';
import type { Called } from '../../src/windows/sessions/control.ts';
import type { Mark } from './bookmarks.ts';
import { ChannelProgress } from './channel_progress.ts';
import type { ChannelConfig, WindowsEventLogConfig } from './config.ts';
import { Gaps } from './gaps.ts';

/** Events that could not be read are said so often for a channel; all of them are counted. */
const MAX_SAID = 20;
/** Its events keep the ids that they had where they come from. */
const FORWARDED = 'forwardedevents';

/** What a channel is read with. */
export interface ChannelReaderOptions {
  readonly context: ComponentContext;
  readonly config: WindowsEventLogConfig;
  readonly channel: ChannelConfig;
  readonly calls: EventLogCalls;
  readonly mapper: EventLogMapper;
  /** Its own. */
  readonly emitter: RecordEmitter;
  /** Where an earlier run came to. */
  readonly from: Mark | undefined;
  readonly onSettled: (mark: Mark) => void;
  readonly stop: AbortSignal;
}

/** Reads one channel until it is stopped; a channel that is refused is tried again. */
export class ChannelReader {
  readonly #options: ChannelReaderOptions;
  readonly #progress: ChannelProgress;
  readonly #gaps: Gaps | undefined;
  readonly #counts = { read: 0, missing: 0, unreadable: 0, refused: 0, bookmarks_refused: 0 };
  /** Where reading goes on when it has to begin anew. */
  #mark: Mark | undefined;
  #lastError = '';

  constructor(options: ChannelReaderOptions) {
    const { channel, emitter, from, onSettled, context } = options;
    this.#options = options;
    this.#mark = from;
    this.#progress = new ChannelProgress(onSettled);
    emitter.resume({ start: 0, positions: this.#progress.positions });
    // A query leaves events out, whose ids then are missing rightly.
    const isWhole = channel.query === '*' && channel.name.toLowerCase() !== FORWARDED;
    this.#gaps = isWhole ? new Gaps(from?.recordId) : undefined;
    context.account.sessions.set(channel.name, () => ({ ...this.#counts }));
  }

  /** Resolves when it was stopped, and everything that was read is handed on. */
  async run(): Promise<void> {
    const { calls, stop, config } = this.#options;
    while (!stop.aborted) {
      const subscribed = this.#subscribe();
      if (subscribed.kind === 'ok') {
        try {
          this.#refused(await this.#read(subscribed.value));
        } finally {
          calls.close(subscribed.value);
        }
      } else this.#refused(subscribed.error);
      await this.#pause(config.retry_interval);
    }
  }

  #subscribe(): Called<EventLogHandle> {
    const { channel, context } = this.#options;
    const { bookmark } = this.#mark ?? {};
    const subscribed = bookmark === undefined ? this.#begin() : this.#goOn(bookmark);
    if (subscribed.kind === 'ok') {
      context.logger.info('reading an event log', { channel: channel.name });
      this.#lastError = '';
    }
    return subscribed;
  }

  #begin(): Called<EventLogHandle> {
    const { calls, channel, config } = this.#options;
    const start = config.start_at === 'end' ? 'new' : 'oldest';
    return calls.subscribe(channel.name, channel.query, start);
  }

  // A bookmark that is refused by a channel which is there, twice, would be for ever.
  #goOn(bookmark: string): Called<EventLogHandle> {
    const { calls, channel, config } = this.#options;
    const subscribe = () => calls.subscribe(channel.name, channel.query, { bookmark });
    const first = subscribe();
    if (first.kind === 'ok') return first;
    const anew = this.#begin();
    if (anew.kind === 'failed') return anew;
    const second = subscribe();
    if (second.kind === 'ok') {
      calls.close(anew.value);
      return second;
    }
    const from = config.start_at === 'end' ? 'new events' : 'the oldest event there is';
    this.#say(`its bookmark is refused, so it begins with ${from}: ${second.error.message}`);
    this.#counts.bookmarks_refused++;
    this.#mark = undefined;
    return anew;
  }

  // Until it is stopped, or Windows says no more.
  async #read(subscription: EventLogHandle): Promise<WindowsError | undefined> {
    const { calls, emitter, config, stop } = this.#options;
    while (!stop.aborted) {
      const found = calls.next(subscription, config.batch_size);
      if (found.kind === 'failed') return found.error;
      if (found.value.length === 0) {
        await this.#pause(config.poll_interval);
        continue;
      }
      this.#take(found.value);
      // Windows is asked for more when there is room for it.
      await emitter.flush(1);
      if (this.#mark !== undefined) this.#progress.handedOn(this.#mark);
      await nextTurn();
    }
    return undefined;
  }

  #take(events: readonly EventLogHandle[]): void {
    const { calls } = this.#options;
    try {
      let recordId: number | undefined;
      for (const event of events) recordId = this.#takeEvent(event) ?? recordId;
      const marked = calls.bookmarkOf(events.at(-1) ?? 0n);
      if (marked.kind === 'ok') this.#mark = { bookmark: marked.value, recordId };
      else this.#say(marked.error.message);
    } finally {
      for (const event of events) calls.close(event);
    }
  }

  // The event's record id; undefined where it cannot be read.
  #takeEvent(handle: EventLogHandle): number | undefined {
    const { calls, mapper, emitter, context } = this.#options;
    context.account.read++;
    this.#counts.read++;
    const xml = calls.renderEvent(handle);
    if (xml.kind === 'failed') return this.#unreadable(xml.error.message);
    const event = eventFromXml(xml.value);
    if (typeof event === 'string') return this.#unreadable(event);
    this.#countMissing(event.recordId);
    emitter.addRecord(mapper.map(event), xml.value.length);
    return event.recordId;
  }

  #unreadable(reason: string): undefined {
    this.#options.context.account.lose('unreadable', 1);
    if (this.#counts.unreadable++ < MAX_SAID) this.#say(`an event cannot be read: ${reason}`);
    return undefined;
  }

  #countMissing(recordId: number): void {
    const { account } = this.#options.context;
    const missing = this.#gaps?.before(recordId) ?? 0;
    if (missing === 0) return;
    account.read += missing;
    account.lose('missing', missing);
    this.#counts.missing += missing;
    this.#say(`${missing} events before record ${recordId} were overwritten before they were read`);
  }

  // The same refusal is said once.
  #refused(error: WindowsError | undefined): void {
    if (error === undefined) return;
    this.#counts.refused++;
    const { message, advice } = error;
    const text = advice === undefined ? message : `${message}; ${advice}`;
    if (text !== this.#lastError) this.#say(text);
    this.#lastError = text;
  }

  #say(message: string): void {
    const { context, channel } = this.#options;
    context.logger.warn(message, { channel: channel.name });
  }

  async #pause(milliseconds: number): Promise<void> {
    const { stop } = this.#options;
    if (!stop.aborted) await sleep(milliseconds, undefined, { signal: stop }).catch(() => undefined);
  }
}
