import { type LoadedTrace, loadTrace } from '../../../src/etl/load.ts';
import { recordedHost } from '../../../src/etl/recorded_host.ts';
import { Catalogue } from '../../../src/etw/catalogue/catalogue.ts';
import { Decoder } from '../../../src/etw/decoder.ts';
import { RecordMapper } from '../../../src/etw/record_mapper.ts';
import { TraceStream } from '../../../src/etw/trace.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import { scopeFor } from '../../../src/model/scope.ts';

/** Opens a trace or throws the reason. */
export async function open(path: string): Promise<LoadedTrace> {
  const trace = await loadTrace(path);
  if ('reason' in trace) throw new Error(`${path}: ${trace.reason}`);
  return trace;
}

/** A decoder as the receiver makes it. */
export function newDecoder(): Decoder {
  return new Decoder(Catalogue.shipped());
}

/** A mapper as the receiver makes it. */
export function newMapper(trace: LoadedTrace): RecordMapper {
  return new RecordMapper({
    resource: recordedHost(trace.header),
    scope: scopeFor('etl'),
    observedTime: 'event',
    includeEventData: false,
  });
}

/** The first records of a trace, as the receiver would emit them. */
export async function firstRecords(path: string, limit: number): Promise<LogRecord[]> {
  const trace = await open(path);
  const decoder = newDecoder();
  const mapper = newMapper(trace);
  const stream = new TraceStream([trace], decoder);
  const records: LogRecord[] = [];
  while (records.length < limit) {
    const event = stream.next();
    if (event === undefined) break;
    if (decoder.stateOf(event) === undefined) records.push(mapper.map(event));
  }
  trace.file.close();
  return records;
}

/** Records a batch at a time, the given ones over and over until there were `count`. */
export function* batchesOf(
  records: readonly LogRecord[],
  size: number,
  count: number,
): Generator<LogRecord[]> {
  for (let done = 0; done < count; ) {
    for (let at = 0; at < records.length && done < count; at += size) {
      const batch = records.slice(at, at + Math.min(size, count - done));
      done += batch.length;
      yield batch;
    }
  }
}

/** CPU seconds of this process since a former process.cpuUsage(). */
export function cpuSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

/** Prints the result as measure.ts reads it. */
export function report(units: number, cpuSeconds: number, note?: string): void {
  const rssMib = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `${JSON.stringify({ units, cpuSeconds, rssMib, ...(note === undefined ? {} : { note }) })}\n`,
  );
}
