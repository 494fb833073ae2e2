import { defineExporter } from '../../src/component.ts';
import { debugConfig } from './config.ts';
import { DebugExporter } from './exporter.ts';

export const debugExporter = defineExporter({
  type: 'debug',
  description: 'Writes records and spans as text to stderr or stdout, for looking at them.',
  signals: ['logs', 'traces'],
  config: debugConfig,
  create: (context, config) => new DebugExporter(context, config),
});
