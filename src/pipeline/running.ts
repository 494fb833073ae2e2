import type { Component, ComponentContext, Kind } from '../component.ts';
import type { LogBatch } from '../model/log_record.ts';
import type { SpanBatch } from '../model/span.ts';
import type { ComponentStatus } from '../status/component_status.ts';
import type { Port } from './port.ts';

/** A component of a running service. */
export interface Running {
  readonly kind: Kind;
  readonly id: string;
  /** Tells instances of one id apart: a processor stands once in every pipeline that names it. */
  readonly key: string;
  /** Of a processor. */
  readonly pipeline?: string;
  readonly component: Component;
  readonly context: ComponentContext;
  /** Its own status: that of the account is its successor's, once there is one. */
  readonly status: ComponentStatus;
  /** What it was made of: with another it has to be made anew. */
  readonly fingerprint: string;
  /** Where it hands on what it has. */
  readonly outputs: Outputs;
  /** Extensions that it has asked for. */
  readonly uses: Set<string>;
  /** Ends what it measures. */
  readonly endMetrics: () => void;
  /** Whether it was started, and runs. */
  isUp: boolean;
}

/** Where a component hands on batches of each signal. */
export interface Outputs {
  readonly logs?: Port<LogBatch>;
  readonly traces?: Port<SpanBatch>;
}

/** Both ports, where there are any. */
export function portsOf({ outputs }: Running): readonly (Port<LogBatch> | Port<SpanBatch>)[] {
  return [outputs.logs, outputs.traces].filter((port) => port !== undefined);
}

/**
 * Components in the order they start: extensions, then everything from the ends of the pipelines to the
 * receivers. Those of one stage start, and shut down, side by side.
 */
export type Stages = readonly (readonly Running[])[];
