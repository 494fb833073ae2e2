import type { EventLogCalls, EventLogHandle } from '../../../../src/windows/event_log/event_log_calls.ts';
import { type Finding, judged } from '../finding.ts';
import { libraries } from '../observe.ts';
import { need, product } from '../product.ts';

/** A log that every Windows has, and that only who may read everything may read. */
const CHANNEL = 'Security';
/** Longer than a call takes that waits for nothing, milliseconds. */
const AT_ONCE = 250;

/** Event logs: that they are read in pull mode without waiting, and gone on with behind a bookmark. */
export function eventLog(): readonly Finding[] {
  const calls = need(product.hostEventLog(libraries));
  const events = read(calls, 'oldest', 3);
  const [first, second] = events;
  const texts = events.map(({ xml }) => product.eventFromXml(xml));
  const unreadable = texts.find((event) => typeof event === 'string');
  const ids = texts.flatMap((event) => (typeof event === 'string' ? [] : [event.recordId]));
  const behind = first === undefined ? [] : read(calls, { bookmark: first.bookmark }, 1);
  const goesOn = second !== undefined && behind[0]?.xml === second.xml;
  return [
    judged(
      'event-log-read',
      events.length < 2 ? `${CHANNEL} has too few events` : undefined,
      `${events.length} events`,
    ),
    judged('event-log-xml', unreadable, `records ${ids.join(', ')}`, { xml: first?.xml }),
    judged(
      'event-log-bookmark',
      goesOn ? undefined : 'the next event is another one',
      'it goes on behind it',
      {
        bookmark: first?.bookmark,
      },
    ),
    waiting(calls),
    refusal(calls),
  ];
}

interface Read {
  readonly xml: string;
  readonly bookmark: string;
}

function read(calls: EventLogCalls, start: 'oldest' | { readonly bookmark: string }, most: number): Read[] {
  const subscription = need(calls.subscribe(CHANNEL, '*', start));
  try {
    return need(calls.next(subscription, most)).map((event) => taken(calls, event));
  } finally {
    calls.close(subscription);
  }
}

function taken(calls: EventLogCalls, event: EventLogHandle): Read {
  try {
    return { xml: need(calls.renderEvent(event)), bookmark: need(calls.bookmarkOf(event)) };
  } finally {
    calls.close(event);
  }
}

// Of a log that is all read: Windows says at once that there is no more.
function waiting(calls: EventLogCalls): Finding {
  const subscription = need(calls.subscribe(CHANNEL, '*', 'new'));
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    for (const event of need(calls.next(subscription, 16))) calls.close(event);
    return performance.now() - began;
  });
  calls.close(subscription);
  const longest = Math.round(Math.max(...times) * 10) / 10;
  const wrong = longest < AT_ONCE ? undefined : `EvtNext waited for ${longest} ms`;
  return judged('event-log-wait', wrong, `EvtNext took ${longest} ms at most`, { times });
}

/** What Windows says of bookmarks that lead nowhere: the codes are facts; one that is no XML has to be refused. */
function refusal(calls: EventLogCalls): Finding {
  const codeOf = (bookmark: string): number => {
    const subscribed = calls.subscribe(CHANNEL, '*', { bookmark });
    if (subscribed.kind === 'failed') return subscribed.error.code;
    calls.close(subscribed.value);
    return 0;
  };
  const list = (channel: string, id: number): string =>
    `<BookmarkList><Bookmark Channel='${channel}' RecordId='${id}' IsCurrent='true'/></BookmarkList>`;
  const codes = {
    text: codeOf('nothing'),
    future: codeOf(list(CHANNEL, 4_000_000_000)),
    other: codeOf(list('None', 1)),
  };
  const wrong = codes.text === 0 ? 'what is no bookmark is taken' : undefined;
  return judged('event-log-refused', wrong, 'what is no bookmark is refused', codes);
}
