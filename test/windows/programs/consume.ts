import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumption } from '../../../src/windows/consumer/consume.ts';
import { installed } from './installed.ts';

/** What the program is to do. */
export interface ConsumeWish {
  readonly session: string;
  readonly consumption: Consumption;
  readonly bufferSize: number;
  readonly ringSize: number;
  readonly maxBlock: number;
  /** Milliseconds that the reader sleeps after each buffer. */
  readonly slow: number;
  /** Where the buffers go, one behind the other, each as long as its header says. */
  readonly output: string;
}

/** What came of it. */
export interface ConsumeAnswer {
  readonly path: string | undefined;
  readonly end: unknown;
  readonly fallback: string | undefined;
  readonly read: number;
  readonly milliseconds: number;
  readonly counters: Readonly<Record<string, number>>;
}

const { SessionConsumer } = await installed<typeof import('../../../src/windows/consumer/consumer.ts')>(
  'src/windows/consumer/consumer.ts',
);
const { closeTrace } = await installed<typeof import('../../../src/windows/native/consumer_functions.ts')>(
  'src/windows/native/consumer_functions.ts',
);

// Consumes a session until it ends.
const wish = JSON.parse(process.argv[3] ?? '') as ConsumeWish;
let fallback: string | undefined;
const library = process.env['SIGEL_TEST_ETW_LIBRARY'];
const consumer = new SessionConsumer({
  ...wish,
  library,
  close: closeTrace(library),
  onFallback: (reason) => {
    fallback = reason;
  },
});
const began = performance.now();
await consumer.start();
let end: unknown;
const noteEnd = async () => {
  end = await consumer.ended;
};
void noteEnd();
// Waiting for the ring keeps no process alive.
const alive = setInterval(() => {}, 60_000);
const output = openSync(wish.output, 'w');
let read = 0;
for (;;) {
  const over = end !== undefined;
  const length = consumer.ring.peek();
  if (length < 0 && over) break;
  if (length < 0) {
    await consumer.ring.wait(50);
    continue;
  }
  const bytes = new Uint8Array(length);
  consumer.ring.take(bytes);
  // A file's buffers say how long they are: here, as long as they are filled.
  new DataView(bytes.buffer).setUint32(0, length, true);
  writeSync(output, bytes);
  read++;
  if (wish.slow > 0) await sleep(wish.slow);
}
closeSync(output);
const milliseconds = performance.now() - began;
await consumer.stop(100);
clearInterval(alive);
const counters = Object.fromEntries(
  (
    [
      'buffersDelivered',
      'buffersDropped',
      'eventsDropped',
      'eventsUnpackable',
      'eventLossMarks',
      'bufferLossMarks',
    ] as const
  ).map((name) => [name, consumer.ring.count(name)]),
);
const answer: Omit<ConsumeAnswer, 'path'> = { end, fallback, read, milliseconds, counters };
process.stdout.write(JSON.stringify({ path: consumer.path, ...answer }));
