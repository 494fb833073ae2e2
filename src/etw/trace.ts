import { Clock } from './clock.ts';
import type { Decoder } from './decoder.ts';
import type { EventView } from './event_view.ts';
import type { LogHeader, Ticks } from './log_header.ts';
import { Merge } from './merge.ts';
import { ProcessorStream } from './processor_stream.ts';
import type { TraceIndex } from './trace_file.ts';

/** Inflated buffers in memory at once, for all processors and files of one merge. */
const MERGE_MEMORY = 512 * 1024 * 1024;

/**
 * The traces of one host and boot, merged exactly in time. Different boots are different streams: their
 * clocks cannot be compared.
 */
export class TraceStream {
  readonly traces: readonly TraceIndex[];
  readonly #streams: ProcessorStream[] = [];
  readonly #merge: Merge<ProcessorStream>;

  /** `traces` must share a {@link bootKey}. */
  constructor(traces: readonly TraceIndex[], decoder: Decoder) {
    this.traces = traces;
    const budget = { left: MERGE_MEMORY };
    const zero = traces[0] === undefined ? { high: 0, low: 0 } : Clock.of(traces[0].header).zero;
    for (const trace of traces) {
      const clock = Clock.of(trace.header);
      const orderOffset = difference(clock.zero, zero);
      const { source, problems } = trace;
      const processors = [...trace.byProcessor].sort(([a], [b]) => a - b);
      for (const [, places] of processors) {
        this.#streams.push(
          new ProcessorStream({ source, places, problems, decoder, clock, orderOffset, budget }),
        );
      }
    }
    this.#merge = new Merge(this.#streams);
  }

  /** The next event in time, valid until the next call; undefined at the end. */
  next(): EventView | undefined {
    const event = this.#merge.next();
    if (event !== undefined && event.decoder.stateOf(event) !== undefined) event.decoder.learn(event);
    return event;
  }

  /** Events that came out of order, since a processor's own stream went back in time. */
  get late(): number {
    return this.#merge.late;
  }

  /** Bytes of the traces read so far, for progress. */
  get bytesRead(): number {
    return this.#streams.reduce((sum, stream) => sum + stream.bytesRead, 0);
  }
}

/** Tells boots apart: traces with the same key are merged in time by raw clock, others are not. */
export function bootKey(header: LogHeader): string {
  const { bootTime, perfFreq, processors, clock } = header;
  return `${bootTime.high}:${bootTime.low}/${perfFreq}/${processors}/${clock}`;
}

/** Groups traces by boot, each group in the order given. */
export function groupByBoot<T extends { readonly header: LogHeader }>(traces: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const trace of traces) {
    const key = bootKey(trace.header);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [trace]);
    else same.push(trace);
  }
  return [...groups.values()];
}

function difference(a: Ticks, b: Ticks): number {
  return (a.high - b.high) * 4294967296 + (a.low - b.low);
}
