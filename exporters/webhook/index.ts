import { defineExporter } from '../../src/component.ts';
import { webhookConfig } from './config.ts';
import { WebhookExporter } from './exporter.ts';

/** JSON by HTTP POST. */
export const webhookExporter = defineExporter({
  type: 'webhook',
  description: 'Posts records, usually detections, as JSON of any form to a URL, signed if wanted.',
  signals: ['logs'],
  config: webhookConfig,
  create: (context, config) => new WebhookExporter(context, config),
});
