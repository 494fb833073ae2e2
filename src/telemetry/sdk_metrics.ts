import type { Attributes } from '@opentelemetry/api';
import { globalErrorHandler } from '@opentelemetry/core';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import { VERSION } from '../version.ts';
import { CollectorMetrics } from './collector_metrics.ts';
import { componentMeter } from './component_meter.ts';
import type { Account } from './ledger.ts';
import { LedgerMetrics } from './ledger_metrics.ts';
import type { Logger } from './logger.ts';
import type { EndingMeter, Metrics, MetricsOptions } from './metrics.ts';
import { createPeriodicReader } from './otlp_metrics.ts';
import { showProcess } from './process_metrics.ts';
import { openPrometheusEndpoint, type PrometheusEndpoint } from './prometheus_endpoint.ts';

/** Metrics with the SDK behind them. Rejects when a certificate cannot be read or an address cannot be had. */
export async function createSdkMetrics(config: MetricsConfig, options: MetricsOptions): Promise<Metrics> {
  const { resource, logger } = options;
  const { level } = config;
  const pushing: MetricReader[] = [];
  for (const { periodic } of config.readers)
    if (periodic !== undefined) pushing.push(await createPeriodicReader(periodic, logger));
  const endpoints = await openEndpoints(config, logger);
  for (const { url } of endpoints) logger.info('metrics are served', { url });
  const provider = new MeterProvider({
    resource,
    readers: [...pushing, ...endpoints.map(({ reader }) => reader)],
    sdkMetricsEnabled: level === 'detailed',
  });
  const meter = provider.getMeter('sigel', VERSION);
  const hideProcess = level === 'basic' ? () => {} : showProcess(meter);
  const ledgers: Pick<LedgerMetrics, 'show'>[] = [new LedgerMetrics(meter)];
  if (config.naming === 'collector') ledgers.push(new CollectorMetrics(meter));
  return {
    component: (account: Account, attributes: Attributes): EndingMeter => {
      for (const ledger of ledgers) ledger.show(account, attributes);
      return componentMeter(meter, attributes);
    },
    meter,
    shutdown: async () => {
      for (const endpoint of endpoints) endpoint.close();
      await provider.shutdown().catch(globalErrorHandler);
      hideProcess();
    },
  };
}

/** All or none. */
async function openEndpoints(
  { readers }: MetricsConfig,
  logger: Logger,
): Promise<readonly PrometheusEndpoint[]> {
  const open: PrometheusEndpoint[] = [];
  try {
    for (const { pull } of readers)
      if (pull !== undefined) open.push(await openPrometheusEndpoint(pull, logger));
  } catch (error) {
    for (const endpoint of open) endpoint.close();
    throw error;
  }
  return open;
}
