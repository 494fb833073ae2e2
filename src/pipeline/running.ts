import type { Component, ComponentContext, Kind } from '../component.ts';

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
}

/**
 * Components in the order they start: extensions, then everything from the ends of the pipelines to the
 * receivers. Those of one stage start, and shut down, side by side.
 */
export type Stages = readonly (readonly Running[])[];
