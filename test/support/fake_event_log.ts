import { windowsError } from '../../src/windows/abi/errors.ts';
import type {
  EventLogCalls,
  EventLogHandle,
  SubscriptionStart,
} from '../../src/windows/event_log/event_log_calls.ts';
import type { Called } from '../../src/windows/sessions/control.ts';

/** An event of a fake log. */
export interface FakeLogEvent {
  readonly recordId: number;
  readonly xml: string;
}

interface Subscription {
  readonly channel: string;
  /** The last record that was given. */
  last: number;
}

/** Event logs in memory: channels that tests write to, which refuse where they are told to. */
export class FakeEventLog implements EventLogCalls {
  readonly channels = new Map<string, FakeLogEvent[]>();
  /** Windows error codes that the next calls of EvtNext answer with. */
  readonly failNext: number[] = [];
  /** Channels that refuse, by code. */
  readonly refuse = new Map<string, number>();
  /** Channels that refuse to go on behind a bookmark, by code; so many times. */
  readonly refuseBookmarks = new Map<string, { readonly code: number; times: number }>();
  /** How each subscription began. */
  readonly begun: { readonly channel: string; readonly query: string; readonly start: SubscriptionStart }[] =
    [];
  /** Calls of EvtNext that gave events. */
  reads = 0;
  readonly #subscriptions = new Map<EventLogHandle, Subscription>();
  readonly #events = new Map<EventLogHandle, FakeLogEvent & { readonly channel: string }>();
  #handle = 0n;

  /** Handles that are open. */
  get open(): number {
    return this.#subscriptions.size + this.#events.size;
  }

  subscribe(channel: string, query: string, start: SubscriptionStart): Called<EventLogHandle> {
    const code = this.channels.has(channel) ? this.refuse.get(channel) : 15_007;
    if (code !== undefined)
      return { kind: 'failed', error: windowsError(code, `EvtSubscribe of ${channel}`) };
    const refusal = typeof start === 'object' ? this.refuseBookmarks.get(channel) : undefined;
    if (refusal !== undefined && refusal.times-- > 0)
      return { kind: 'failed', error: windowsError(refusal.code, `EvtSubscribe of ${channel}`) };
    this.begun.push({ channel, query, start });
    const newest = this.channels.get(channel)?.at(-1)?.recordId ?? 0;
    const last = typeof start === 'object' ? Number(/\d+/.exec(start.bookmark)?.[0]) : 0;
    this.#subscriptions.set(++this.#handle, { channel, last: start === 'new' ? newest : last });
    return { kind: 'ok', value: this.#handle };
  }

  next(handle: EventLogHandle, most: number): Called<readonly EventLogHandle[]> {
    const code = this.failNext.shift();
    if (code !== undefined) return { kind: 'failed', error: windowsError(code, 'EvtNext') };
    const subscription = this.#subscriptions.get(handle);
    if (subscription === undefined) throw new Error('no subscription');
    const { channel, last } = subscription;
    const events = (this.channels.get(channel) ?? [])
      .filter(({ recordId }) => recordId > last)
      .slice(0, most);
    subscription.last = events.at(-1)?.recordId ?? last;
    if (events.length > 0) this.reads++;
    const handles = events.map((event) => {
      this.#events.set(++this.#handle, { ...event, channel });
      return this.#handle;
    });
    return { kind: 'ok', value: handles };
  }

  renderEvent(handle: EventLogHandle): Called<string> {
    return { kind: 'ok', value: this.#event(handle).xml };
  }

  bookmarkOf(handle: EventLogHandle): Called<string> {
    return { kind: 'ok', value: `<Bookmark RecordId='${this.#event(handle).recordId}'/>` };
  }

  close(handle: EventLogHandle): void {
    if (!this.#subscriptions.delete(handle) && !this.#events.delete(handle))
      throw new Error('closed twice, or never opened');
  }

  #event(handle: EventLogHandle): FakeLogEvent {
    const event = this.#events.get(handle);
    if (event === undefined) throw new Error('no event');
    return event;
  }
}
