import { type Attributes, createNoopMeter, type Meter } from '@opentelemetry/api';
import type { Account } from './ledger.ts';

/** Sigel's own metrics: the ledger, and what components have to say beside it. */
export interface Metrics {
  /**
   * Shows a component's account with these attributes, and gives the meter for what else it has to say; its
   * measurements carry the same attributes. May be called again for an account that is already shown.
   */
  readonly component: (account: Account, attributes: Attributes) => Meter;
  /** Exports for the last time and closes what is open; rejects for nothing. */
  readonly shutdown: () => Promise<void>;
}

/** Metrics that nobody reads; they cost nothing. */
export const NO_METRICS: Metrics = Object.freeze({
  component: () => createNoopMeter(),
  shutdown: async () => {},
});
