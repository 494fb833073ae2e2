import { defineExporter } from '../../src/component.ts';
import { fileConfig } from './config.ts';
import { FileExporter } from './exporter.ts';

export const fileExporter = defineExporter({
  type: 'file',
  description: 'Writes OTLP JSON lines to a file or stdout, as the Collector’s file exporter does.',
  signals: ['logs', 'traces'],
  config: fileConfig,
  create: (context, config) => new FileExporter(context, config),
});
