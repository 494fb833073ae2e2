import type { Attributes } from '@opentelemetry/api';
import type { ResourceDetectionConfig } from './config.ts';

/** What detectors may look at. */
export interface DetectionContext {
  readonly config: ResourceDetectionConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Tells what it knows of this machine. Rejects, with an Error that says why, where it cannot. */
export type Detector = (context: DetectionContext) => Promise<Attributes>;

/** Longer texts of others are no names of machines, regions or accounts. */
const MAX_TEXT = 1024;

/** The attributes of which something is known: texts that are neither empty nor endless. */
export function known(values: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(
    Object.entries(values).filter(
      (pair): pair is [string, string] =>
        typeof pair[1] === 'string' && pair[1] !== '' && pair[1].length <= MAX_TEXT,
    ),
  );
}
