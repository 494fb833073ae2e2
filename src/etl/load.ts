import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileReason } from '../config/read_file.ts';
import { filetimeToUnix } from '../etw/clock.ts';
import type { Decoder } from '../etw/decoder.ts';
import { scanForSchemas } from '../etw/embedded/scan.ts';
import type { LogHeader } from '../etw/log_header.ts';
import { groupByBoot } from '../etw/trace.ts';
import { indexTrace, readTraceHeader, type TraceIndex } from '../etw/trace_file.ts';
import {
  DEFAULT_LIMITS,
  memorySource,
  type OpenLimits,
  type OpenTrace,
  openTrace,
  readPrefix,
} from './open.ts';

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
    return { path, reason: fileReason(error) };
  }
}

/**
 * Opens and indexes files one after another; they share the limit of memory, so that of many packed files the
 * later ones are unpacked to temporary files.
 */
export async function loadTraces(
  paths: readonly string[],
  limits: OpenLimits = DEFAULT_LIMITS,
): Promise<{ traces: LoadedTrace[]; failed: FailedTrace[] }> {
  const traces: LoadedTrace[] = [];
  const failed: FailedTrace[] = [];
  let memory = limits.memory;
  for (const path of paths) {
    const loaded = await loadTrace(path, { ...limits, memory });
    if ('reason' in loaded) failed.push(loaded);
    else {
      traces.push(loaded);
      memory -= loaded.file.memory;
    }
  }
  return { traces, failed };
}

/** Bytes that hold the log header, whatever the buffer size. */
const HEADER_BYTES = 64 * 1024;

/** Files of one boot, to be read together. */
export interface Boot {
  readonly paths: readonly string[];
}

/**
 * Groups files by host and boot without keeping any open: only their headers are read. Boots come in the order
 * of their first trace's start.
 */
export async function planBoots(paths: readonly string[]): Promise<{ boots: Boot[]; failed: FailedTrace[] }> {
  const headers: { readonly path: string; readonly header: LogHeader }[] = [];
  const failed: FailedTrace[] = [];
  for (const path of paths) {
    try {
      const header = readTraceHeader(memorySource(await readPrefix(path, HEADER_BYTES)));
      if (typeof header === 'string') failed.push({ path, reason: header });
      else headers.push({ path, header });
    } catch (error) {
      failed.push({ path, reason: fileReason(error) });
    }
  }
  const start = (group: typeof headers): number =>
    Math.min(...group.map(({ header }) => filetimeToUnix(header.startTime).seconds));
  const groups = groupByBoot(headers).sort((a, b) => start(a) - start(b));
  return { boots: groups.map((group) => ({ paths: group.map(({ path }) => path) })), failed };
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
