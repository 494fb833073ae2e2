import { Clock } from '../clock.ts';
import { LogFileMode } from '../constants.ts';
import type { Decoder } from '../decoder.ts';
import type { LogHeader } from '../log_header.ts';
import { ProcessorStream } from '../processor_stream.ts';
import type { TraceIndex } from '../trace_file.ts';

/** Events between two turns that are given to other work. */
const TURN = 16_384;
const SCAN_MEMORY = 64 * 1024 * 1024;

/**
 * Learns the schemas that a merged trace carries before it is read: the tools that merge write them where
 * they happen to merge, behind many of the events that they describe. Traces that were not merged are not
 * scanned: an EventSource writes its manifest before its events. Yields now and then, so that the caller can
 * give other work a turn; damage is counted once, here or when the trace is read.
 */
export function* scanForSchemas(trace: TraceIndex, decoder: Decoder): Generator<void> {
  const { source, problems, header } = trace;
  if (!isMerged(header)) return;
  let events = 0;
  for (const places of trace.byProcessor.values()) {
    const budget = { left: SCAN_MEMORY };
    const stream = new ProcessorStream({
      source,
      places,
      problems,
      decoder,
      clock: Clock.of(header),
      orderOffset: 0,
      budget,
    });
    while (stream.next()) {
      if (decoder.stateOf(stream.event) !== undefined) decoder.learn(stream.event);
      if (++events % TURN === 0) yield;
    }
  }
}

/** Whether a tool wrote the trace out of others (xperf, WPR, PerfView): "Relogger", "[multiple files]". */
function isMerged(header: LogHeader): boolean {
  return (
    (header.logFileMode & (LogFileMode.relog | LogFileMode.compressed)) !== 0 ||
    header.loggerName === 'Relogger'
  );
}
