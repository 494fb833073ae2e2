import { defineReceiver } from '../../src/component.ts';
import { otlpConfig } from './config.ts';
import { OtlpReceiver } from './receiver.ts';

export const otlpReceiver = defineReceiver({
  type: 'otlp',
  description: 'Takes logs over OTLP/gRPC from other agents, for rules that look at several nodes.',
  signals: ['logs'],
  config: otlpConfig,
  create: (context, config, next) => new OtlpReceiver(context, config, next.logs),
});
