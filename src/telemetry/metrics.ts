import { type Attributes, createNoopMeter, type Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import type { Account } from './ledger.ts';
import type { Logger } from './logger.ts';

/** A meter whose observables are read no more when it has ended: its component was replaced. */
export interface EndingMeter extends Meter {
  end?(): void;
}

/** Sigel's own metrics: the ledger, and what components have to say beside it. */
export interface Metrics {
  /**
   * Shows a component's account with these attributes, and gives the meter for what else it has to say; its
   * measurements carry the same attributes. May be called again for an account that is already shown.
   */
  readonly component: (account: Account, attributes: Attributes) => EndingMeter;
  /** For what the whole service measures. */
  readonly meter: Meter;
  /** Exports for the last time and closes what is open; rejects for nothing. */
  readonly shutdown: () => Promise<void>;
}

/** What metrics say of their origin, and who hears that a peer is away. */
export interface MetricsOptions {
  readonly resource: Resource;
  readonly logger: Logger;
}

/** Metrics that nobody reads; they cost nothing. */
export const NO_METRICS: Metrics = Object.freeze({
  component: () => createNoopMeter(),
  meter: createNoopMeter(),
  shutdown: async () => {},
});

/**
 * The metrics that `service::telemetry::metrics` asks for; the SDK is loaded only where somebody reads them.
 * Rejects when a certificate cannot be read or an address cannot be listened at.
 */
export async function createMetrics(config: MetricsConfig, options: MetricsOptions): Promise<Metrics> {
  if (config.level === 'none' || config.readers.length === 0) return NO_METRICS;
  const { createSdkMetrics } = await import('./sdk_metrics.ts');
  return createSdkMetrics(config, options);
}
