import { setImmediate as nextTurn } from 'node:timers/promises';
import { filetimeToUnix } from '../etw/clock.ts';
import type { Decoder } from '../etw/decoder.ts';
import { scanForSchemas } from '../etw/embedded/scan.ts';
import { groupByBoot } from '../etw/trace.ts';
import { indexTrace, type TraceIndex } from '../etw/trace_file.ts';
import { DEFAULT_LIMITS, type OpenLimits, type OpenTrace, openTrace } from './open.ts';

/** A trace file that is open and indexed. */
export interface LoadedTrace extends TraceIndex {
  readonly path: string;
  readonly file: OpenTrace;
}

/** A file that is no readable trace. */
export interface FailedTrace {
  readonly path: string;
  readonly reason: string;
}

/** Opens and indexes one file. Never throws: what cannot be read is told as a reason. */
export async function loadTrace(
  path: string,
  limits: OpenLimits = DEFAULT_LIMITS,
): Promise<LoadedTrace | FailedTrace> {
  let file: OpenTrace | undefined;
  try {
    file = await openTrace(path, limits);
    const index = indexTrace(file.source);
    if (typeof index !== 'string') {
      if (file.problem !== undefined) index.problems.add(file.source.size, file.problem);
      return { ...index, path, file };
    }
    file.close();
    return { path, reason: file.problem === undefined ? index : `${index} (${file.problem})` };
  } catch (error) {
    file?.close();
    return { path, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Opens and indexes files one after another. */
export async function loadTraces(
  paths: readonly string[],
  limits: OpenLimits = DEFAULT_LIMITS,
): Promise<{ traces: LoadedTrace[]; failed: FailedTrace[] }> {
  const traces: LoadedTrace[] = [];
  const failed: FailedTrace[] = [];
  for (const path of paths) {
    const loaded = await loadTrace(path, limits);
    if ('reason' in loaded) failed.push(loaded);
    else traces.push(loaded);
  }
  return { traces, failed };
}

/** Traces of one boot together, the boots in the order of their first trace's start. */
export function streamsOf(traces: readonly LoadedTrace[]): LoadedTrace[][] {
  const start = (group: readonly LoadedTrace[]): number =>
    Math.min(...group.map((trace) => filetimeToUnix(trace.header.startTime).seconds));
  return groupByBoot(traces).sort((a, b) => start(a) - start(b));
}

/** Learns the schemas that merged traces carry, giving other work its turns; ends early when interrupted. */
export async function learnSchemas(
  traces: readonly TraceIndex[],
  decoder: Decoder,
  interrupted: AbortSignal,
): Promise<void> {
  for (const trace of traces) {
    for (const _ of scanForSchemas(trace, decoder)) {
      await nextTurn();
      if (interrupted.aborted) return;
    }
  }
}
