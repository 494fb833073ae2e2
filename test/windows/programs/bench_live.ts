import { callbackStage, ringStage } from './bench_live_consumer.ts';
import { receiverStage } from './bench_live_receiver.ts';
import { type LiveWish, Stopwatch } from './bench_live_wish.ts';
import { installed } from './installed.ts';

// How fast live events come through, up to a stage of their way; the answer is a line of JSON.
const wish = JSON.parse(process.argv[3] ?? '') as LiveWish;
const { keepHeapSmall } = await installed<typeof import('../../../src/heap.ts')>('src/heap.ts');
// As the command line does.
keepHeapSmall();
const stages = { callback: callbackStage, ring: ringStage, records: receiverStage, otlp: receiverStage };
const answer = await stages[wish.stage](wish, new Stopwatch());
process.stdout.write(JSON.stringify(answer));
