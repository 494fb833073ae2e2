import { defineExporter } from '../../src/component.ts';
import { otelSdkConfig } from './config.ts';
import { OtelSdkExporter } from './exporter.ts';

export const otelSdkExporter = defineExporter({
  type: 'otel_sdk',
  description: 'Sends logs through OpenTelemetry’s stock OTLP/gRPC log exporter for JavaScript.',
  signals: ['logs'],
  config: otelSdkConfig,
  create: (context, config) => new OtelSdkExporter(context, config),
});
