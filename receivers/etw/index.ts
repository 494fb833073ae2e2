import { defineReceiver } from '../../src/component.ts';
import { etwConfig } from './config.ts';
import { EtwReceiver } from './receiver.ts';

export const etwReceiver = defineReceiver({
  type: 'etw',
  description: 'Reads live ETW sessions on Windows, merged in time.',
  signals: ['logs'],
  config: etwConfig,
  unsupported: () =>
    process.platform === 'win32'
      ? undefined
      : 'live ETW sessions exist on Windows only; use the etl receiver for recorded traces (`sigel record` makes them there)',
  create: (context, config, next) =>
    new EtwReceiver(context, config, next.logs, async ({ schemas, accounts }) => {
      // koffi and the DLLs are loaded where a session is read, and not before.
      const { windowsPlatform } = await import('../../src/windows/live/windows_platform.ts');
      return windowsPlatform({
        askWindows: schemas.ask_windows,
        schemaFolder: schemas.directory,
        accounts,
        warn: (message) => context.logger.warn(message),
      });
    }),
});
