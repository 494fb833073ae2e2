import { defineExporter } from '../../src/component.ts';
import { otlpGrpcConfig } from './config.ts';
import { OtlpGrpcExporter } from './exporter.ts';

export const otlpGrpcExporter = defineExporter({
  type: 'otlp_grpc',
  aliases: ['otlp'],
  description: 'Sends logs and traces over OTLP/gRPC to a Collector or any other OTLP peer; made for volume.',
  signals: ['logs', 'traces'],
  config: otlpGrpcConfig,
  create: (context, config) => new OtlpGrpcExporter(context, config),
});
