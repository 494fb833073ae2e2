/**
 * decode.ts MODE FILE ROUNDS: reads a trace to its end, as often as ROUNDS says, merged in time as always.
 * `walk` looks at header fields, `decode` also at every payload field, `record` makes log records. Measures
 * from the opened file to the end of the last round, warming up included.
 */
import type { EventView } from '../../../src/etw/event_view.ts';
import { TraceStream } from '../../../src/etw/trace.ts';
import { cpuSince, newDecoder, newMapper, open, report } from './traces.ts';

const [mode = '', path = '', rounds = '1'] = process.argv.slice(2);
const trace = await open(path);
const decoder = newDecoder();
const mapper = newMapper(trace);

/** What the modes do with an event; the sum keeps the work from being optimised away. */
const MODES: Readonly<Record<string, (event: EventView) => number>> = {
  walk: (e) => e.id + e.opcode + e.pid + e.tid + e.seconds + (e.providerId === null ? 1 : 0),
  decode: (e) => e.seconds + e.decode().length,
  record: (e) => (decoder.stateOf(e) === undefined ? mapper.map(e).hrTime[0] : 1),
};
const look = MODES[mode];
if (look === undefined) throw new Error(`no mode ${mode}`);

let events = 0;
let decoded = 0;
let sum = 0;
const began = process.cpuUsage();
for (let round = 0; round < Number(rounds); round++) {
  const stream = new TraceStream([trace], decoder);
  for (let event = stream.next(); event !== undefined; event = stream.next()) {
    events++;
    sum += look(event);
    if (mode !== 'walk' && event.schema !== undefined) decoded++;
  }
}
const cpuSeconds = cpuSince(began);
if (!Number.isFinite(sum)) throw new Error('the work was not done');
trace.file.close();
report(
  events,
  cpuSeconds,
  mode === 'walk' ? undefined : `${((100 * decoded) / events).toFixed(0)} % have a schema`,
);
