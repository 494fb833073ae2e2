import type { MetricsConfig } from '../config/telemetry_config.ts';
import { ATTRIBUTION_METRICS } from './attribution_metrics.ts';
import { CAPTURE_METRICS } from './capture_metrics.ts';
import { CONFIG_METRICS } from './config_metrics.ts';
import { CONTAINERD_METRICS } from './containerd_metrics.ts';
import { ETW_METRICS } from './etw_metrics.ts';
import { FILE_FACTS_METRICS } from './file_facts_metrics.ts';
import { GOVERNOR_METRICS } from './governor_metrics.ts';
import { KUBERNETES_METRICS } from './kubernetes_metrics.ts';
import { LEDGER_METRICS } from './ledger_metrics.ts';
import { MEMORY_LIMITER_METRICS } from './memory_limiter_metrics.ts';
import type { MetricDefinition } from './metric.ts';
import { POD_METRICS } from './pod_metrics.ts';
import { PROCESS_METRICS } from './process_metrics.ts';
import { PROCESS_TABLE_METRICS } from './process_table_metrics.ts';
import { PROCESS_TRACE_METRICS } from './process_trace_metrics.ts';
import { RATE_LIMIT_METRICS } from './rate_limit_metrics.ts';
import { RULE_METRICS } from './rule_metrics.ts';
import { SIGNATURE_METRICS } from './signature_metrics.ts';
import { STORAGE_METRICS } from './storage_metrics.ts';
import { TLS_METRICS } from './tls_metrics.ts';

/**
 * All of Sigel's own metrics, by the level of `service::telemetry::metrics` from which on they are measured:
 * what docs/configuration.md shows. What a component measures with its meter is defined in this folder and listed
 * here too, at `basic`: a meter does not know levels. `detailed` adds only what OpenTelemetry's SDK says of itself
 * (`otel.sdk.*`).
 */
export const METRICS: Readonly<
  Record<Exclude<MetricsConfig['level'], 'none' | 'detailed'>, readonly MetricDefinition[]>
> = {
  basic: [
    ...Object.values(CONFIG_METRICS),
    ...Object.values(LEDGER_METRICS).flat(),
    ...Object.values(ETW_METRICS),
    ...Object.values(GOVERNOR_METRICS),
    ...Object.values(PROCESS_TABLE_METRICS),
    ...Object.values(CONTAINERD_METRICS),
    ...Object.values(ATTRIBUTION_METRICS),
    ...Object.values(KUBERNETES_METRICS),
    ...Object.values(FILE_FACTS_METRICS),
    ...Object.values(SIGNATURE_METRICS),
    ...Object.values(RULE_METRICS),
    ...Object.values(PROCESS_TRACE_METRICS),
    ...Object.values(STORAGE_METRICS),
    ...Object.values(CAPTURE_METRICS),
    ...Object.values(TLS_METRICS),
    ...Object.values(MEMORY_LIMITER_METRICS),
    ...Object.values(RATE_LIMIT_METRICS),
    ...Object.values(POD_METRICS),
  ],
  normal: PROCESS_METRICS,
};
