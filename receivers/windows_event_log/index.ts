import { defineReceiver } from '../../src/component.ts';
import { windowsEventLogConfig } from './config.ts';
import { WindowsEventLogReceiver } from './receiver.ts';

export const windowsEventLogReceiver = defineReceiver({
  type: 'windows_event_log',
  description: "Reads the event logs of this Windows as they are written, Sysmon's included.",
  signals: ['logs'],
  config: windowsEventLogConfig,
  unsupported: () =>
    process.platform === 'win32'
      ? undefined
      : 'live event logs exist on Windows only; use the evtx receiver for recorded ones (`wevtutil epl` makes them there)',
  create: (context, config, next) =>
    new WindowsEventLogReceiver(context, config, next.logs, async () => {
      // koffi and the DLL are loaded where a log is read, and not before.
      const { hostEventLog } = await import('../../src/windows/event_log/host_event_log.ts');
      return hostEventLog();
    }),
});
