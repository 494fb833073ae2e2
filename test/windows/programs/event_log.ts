import { installed } from './installed.ts';

// What Windows lets read of event logs, as one JSON object: `event_log.ts INSTALLATION [BOOKMARK]`.
const { Libraries, placesFromEnvironment } = await installed<
  typeof import('../../../src/windows/native/libraries.ts')
>('src/windows/native/libraries.ts');
const { hostEventLog } = await installed<typeof import('../../../src/windows/event_log/host_event_log.ts')>(
  'src/windows/event_log/host_event_log.ts',
);

const [, , , bookmark] = process.argv;
const libraries = new Libraries(placesFromEnvironment());
const opened = hostEventLog(libraries);
if (opened.kind === 'failed') throw new Error(opened.error.message);
const calls = opened.value;
const refusals = ['Denied', 'Nowhere', 'Security'].map((channel) => {
  const subscribed = calls.subscribe(channel, '*', 'new');
  if (subscribed.kind === 'failed') return subscribed.error.code;
  calls.close(subscribed.value);
  return 0;
});
const subscribed = calls.subscribe('Security', '*', bookmark === undefined ? 'oldest' : { bookmark });
if (subscribed.kind === 'failed') throw new Error(subscribed.error.message);
const found: unknown[] = [];
let last: unknown;
for (;;) {
  const events = calls.next(subscribed.value, 2);
  if (events.kind === 'failed') throw new Error(events.error.message);
  if (events.value.length === 0) break;
  for (const event of events.value) {
    found.push(calls.renderEvent(event));
    last = calls.bookmarkOf(event);
    calls.close(event);
  }
}
calls.close(subscribed.value);
const open = libraries.find<() => number>('wevtapi', 'StandinOpenHandles', 'uint32', []);
process.stdout.write(
  JSON.stringify({ refusals, found, last, stillOpen: open.kind === 'found' ? open.call() : null }),
);
