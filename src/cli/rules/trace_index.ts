import { learnSchemas, loadTraces } from '../../etl/load.ts';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { Decoder } from '../../etw/decoder.ts';
import { TraceStream } from '../../etw/trace.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';

/** Where in its trace an event stands: `sigel inspect --events` shows them in this order. */
export class TraceIndex {
  /** Of each event, in order of time: seconds, and nanoseconds with what kind it is. */
  readonly #seconds: number[] = [];
  readonly #nanoseconds: number[] = [];
  readonly #kinds: number[] = [];
  readonly #numbers = new Map<string, number>();

  /** Reads a trace. Rejects when it cannot be read. */
  static async of(path: string): Promise<TraceIndex> {
    const { traces, failed } = await loadTraces([path]);
    const [failure] = failed;
    if (failure !== undefined) throw new Error(failure.reason);
    const index = new TraceIndex();
    try {
      const decoder = new Decoder(Catalogue.shipped());
      await learnSchemas(traces, decoder, new AbortController().signal);
      const stream = new TraceStream(traces, decoder);
      for (let e = stream.next(); e !== undefined; e = stream.next())
        index.#add(e.seconds, e.nanoseconds, `${e.providerName}/${e.id}`);
    } finally {
      for (const { file } of traces) file.close();
    }
    return index;
  }

  /** The place of the event that a record was made of, from 0. Of two of one kind at one time, the first. */
  placeOf(record: LogRecord): number {
    const [seconds, nanoseconds] = record.hrTime;
    const kind = this.#numbers.get(`${record.get(Attr.etwProviderName)}/${record.get(Attr.etwEventId)}`);
    const first = this.#firstAt(seconds, nanoseconds);
    for (let i = first; this.#seconds[i] === seconds && this.#nanoseconds[i] === nanoseconds; i++)
      if (this.#kinds[i] === kind) return i;
    return first;
  }

  #add(seconds: number, nanoseconds: number, name: string): void {
    let kind = this.#numbers.get(name);
    if (kind === undefined) {
      kind = this.#numbers.size;
      this.#numbers.set(name, kind);
    }
    this.#seconds.push(seconds);
    this.#nanoseconds.push(nanoseconds);
    this.#kinds.push(kind);
  }

  #firstAt(seconds: number, nanoseconds: number): number {
    let low = 0;
    let high = this.#seconds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const s = this.#seconds[middle] ?? 0;
      const isBefore = s < seconds || (s === seconds && (this.#nanoseconds[middle] ?? 0) < nanoseconds);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
