import type { Called } from '../sessions/control.ts';

/** A handle of wevtapi.dll; closed by {@link EventLogCalls.close}. */
export type EventLogHandle = bigint;

/** Where a subscription begins: with what is written from now on, with what is there, or behind a bookmark (XML). */
export type SubscriptionStart = 'new' | 'oldest' | { readonly bookmark: string };

/** What Windows lets read of event logs. native/event_log_calls.ts calls it; tests have a fake. */
export interface EventLogCalls {
  /** EvtSubscribe in pull mode. */
  subscribe(channel: string, query: string, start: SubscriptionStart): Called<EventLogHandle>;
  /** EvtNext without waiting: at most `most` events; none where there are no more for now. */
  next(subscription: EventLogHandle, most: number): Called<readonly EventLogHandle[]>;
  /** EvtRender of an event as XML. */
  renderEvent(event: EventLogHandle): Called<string>;
  /** The bookmark of an event, as XML. */
  bookmarkOf(event: EventLogHandle): Called<string>;
  /** EvtClose. */
  close(handle: EventLogHandle): void;
}
