/**
 * decode.ts MODE FILE CPU_SECONDS: reads a trace to its end, merged in time as always, and again until it has
 * taken so many CPU-seconds. `walk` looks at header fields and looks up the schema, `decode` also reads every
 * payload field, `record` makes log records. Measures from the opened file to the end of the last round,
 * warming up included.
 */
import type { EventView } from '../../../src/etw/event_view.ts';
import { TraceStream } from '../../../src/etw/trace.ts';
import { keepHeapSmall } from '../../../src/heap.ts';
import { cpuSince, newDecoder, newMapper, open, report } from './traces.ts';

const [mode = '', path = '', cpuAtLeast = '0'] = process.argv.slice(2);
// As the command line does.
keepHeapSmall();
const trace = await open(path);
const decoder = newDecoder();
const mapper = newMapper(trace);

/** What the modes do with an event; the sum keeps the work from being optimised away. */
const MODES: Readonly<Record<string, (event: EventView) => number>> = {
  walk: (e) => e.id + e.opcode + e.pid + e.tid + e.seconds,
  decode: (e) => e.seconds + e.decode().length,
  record: (e) => (decoder.stateOf(e) === undefined ? mapper.map(e).hrTime[0] : 1),
};
const look = MODES[mode];
if (look === undefined) throw new Error(`no mode ${mode}`);

let events = 0;
let known = 0;
let sum = 0;
let rounds = 0;
const began = process.cpuUsage();
do {
  rounds++;
  const stream = new TraceStream([trace], decoder);
  for (let event = stream.next(); event !== undefined; event = stream.next()) {
    events++;
    sum += look(event);
    if (event.schema !== undefined) known++;
  }
} while (cpuSince(began) < Number(cpuAtLeast));
const cpuSeconds = cpuSince(began);
if (!Number.isFinite(sum)) throw new Error('the work was not done');
trace.file.close();
const share = `${((100 * known) / events).toFixed(0)} % have a schema`;
report(events, cpuSeconds, `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${share}`);
