import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LiveAnswer,
  type LiveWish,
  MAX_BLOCK,
  RING_SIZE,
  SESSION,
  type Stopwatch,
} from './bench_live_wish.ts';
import { installed } from './installed.ts';

const library = process.env['SIGEL_TEST_ETW_LIBRARY'];

/** ETW calls an empty function on the main thread: what no consumer in JavaScript can be faster than. */
export async function callbackStage(wish: LiveWish, watch: Stopwatch): Promise<LiveAnswer> {
  const { openConsumer } = await functions();
  await startSession(wish);
  const api = openConsumer(library);
  if (api.kind === 'failed') throw new Error(api.error.message);
  const none = () => undefined;
  const opened =
    wish.consumption === 'raw'
      ? api.value.openRaw(SESSION, () => true)
      : api.value.openRecords(SESSION, none, () => true);
  if (opened.kind === 'failed') throw new Error(opened.error.message);
  watch.start();
  const status = api.value.process(typeof opened.value === 'bigint' ? opened.value : opened.value.handle);
  const cost = watch.stop();
  if (status !== 0) throw new Error(`ProcessTrace ended with ${status}`);
  return { events: wish.events, records: 0, lost: 0, blockedSeconds: 0, ...cost };
}

/** The consuming thread and its ring; the main thread copies each buffer out and forgets it. */
export async function ringStage(wish: LiveWish, watch: Stopwatch): Promise<LiveAnswer> {
  const { closeTrace } = await functions();
  const { SessionConsumer } = await installed<typeof import('../../../src/windows/consumer/consumer.ts')>(
    'src/windows/consumer/consumer.ts',
  );
  await startSession(wish);
  const { consumption, bufferSize } = wish;
  const consumer = new SessionConsumer({
    session: SESSION,
    consumption,
    bufferSize,
    maxBlock: MAX_BLOCK,
    ringSize: RING_SIZE,
    library,
    close: closeTrace(library),
  });
  await consumer.start();
  watch.start();
  let over = false;
  const noteEnd = async () => {
    await consumer.ended;
    over = true;
  };
  void noteEnd();
  const { ring } = consumer;
  const target = new Uint8Array(bufferSize + 4096);
  for (let last = false; !last; ) {
    last = over;
    while (ring.peek() >= 0) ring.take(target);
    // As the receiver waits.
    await sleep(5);
    await ring.wait(20);
  }
  const cost = watch.stop();
  await consumer.stop(100);
  return {
    events: wish.events,
    records: 0,
    lost: ring.count('buffersDropped') + ring.count('eventsUnpackable'),
    blockedSeconds: ring.count('blockedMilliseconds') / 1000,
    ...cost,
  };
}

function functions() {
  return installed<typeof import('../../../src/windows/native/consumer_functions.ts')>(
    'src/windows/native/consumer_functions.ts',
  );
}

async function startSession({ bufferSize }: LiveWish): Promise<void> {
  const { Libraries } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
    'src/windows/native/libraries.ts',
  );
  const { etwControl } = await installed<typeof import('../../../src/windows/native/etw_control.ts')>(
    'src/windows/native/etw_control.ts',
  );
  const control = etwControl(new Libraries());
  if (control.kind === 'failed') throw new Error(control.error.message);
  const started = control.value.start({
    name: SESSION,
    guid: randomUUID(),
    bufferSizeKiB: bufferSize / 1024,
    minimumBuffers: 4,
    maximumBuffers: 64,
    flushMilliseconds: 100,
    clock: 'qpc',
    systemLogger: false,
    enableFlags: 0,
  });
  if (started.kind === 'failed') throw new Error(started.error.message);
}
