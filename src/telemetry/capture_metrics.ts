import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `capture` extension measures. */
export const CAPTURE_METRICS = {
  written: {
    name: 'sigel.capture.written',
    instrument: 'counter',
    unit: '{capture}',
    description: 'Captures that were written beside detections.',
  },
  bytes: {
    name: 'sigel.capture.written.bytes',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of their files.',
  },
  skipped: {
    name: 'sigel.capture.skipped',
    instrument: 'counter',
    unit: '{capture}',
    by: MetricAttr.captureSkipped,
    description: 'Captures that were asked for and not written.',
  },
  memory: {
    name: 'sigel.capture.memory',
    instrument: 'gauge',
    unit: 'By',
    description: 'Bytes of buffers that are kept, as large as they would be in a file.',
  },
  disk: {
    name: 'sigel.capture.disk',
    instrument: 'gauge',
    unit: 'By',
    description: 'Bytes of the captures in the folder when it was last looked at.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What is counted of captures. */
export interface CaptureCounts {
  readonly written: number;
  readonly bytes: number;
  readonly skipped: ReadonlyMap<string, number>;
  readonly memory: number;
  readonly disk: number;
}

/** Measures captures whenever somebody collects. */
export function observeCaptures(meter: Meter, read: () => CaptureCounts): void {
  for (const name of ['written', 'bytes', 'memory', 'disk'] as const)
    observable(meter, CAPTURE_METRICS[name]).addCallback((result) => result.observe(read()[name]));
  observable(meter, CAPTURE_METRICS.skipped).addCallback((result) => {
    for (const [reason, count] of read().skipped)
      result.observe(count, { [MetricAttr.captureSkipped.name]: reason });
  });
}
