import { defineReceiver } from '../../src/component.ts';
import { etlConfig } from './config.ts';
import { EtlReceiver } from './receiver.ts';

export const etlReceiver = defineReceiver({
  type: 'etl',
  description: 'Reads recorded ETW traces (.etl, .etl.gz), merged in time per host and boot.',
  signals: ['logs'],
  config: etlConfig,
  create: (context, config, next) => new EtlReceiver(context, config, next.logs),
});
