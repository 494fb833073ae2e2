import { defineExporter } from '../../src/component.ts';
import { otlpHttpConfig } from './config.ts';
import { OtlpHttpExporter } from './exporter.ts';

/** OTLP over HTTP. */
export const otlpHttpExporter = defineExporter({
  type: 'otlp_http',
  aliases: ['otlphttp'],
  description:
    'Sends logs and traces over OTLP/HTTP, as protobuf or JSON, to a Collector or any other OTLP peer.',
  signals: ['logs', 'traces'],
  config: otlpHttpConfig,
  create: (context, config) => new OtlpHttpExporter(context, config),
});
