import { defineReceiver } from '../../src/component.ts';
import { evtxConfig } from './config.ts';
import { EvtxReceiver } from './receiver.ts';

export const evtxReceiver = defineReceiver({
  type: 'evtx',
  description: "Reads recorded Windows event logs (.evtx), Sysmon's included.",
  signals: ['logs'],
  config: evtxConfig,
  create: (context, config, next) => new EvtxReceiver(context, config, next.logs),
});
