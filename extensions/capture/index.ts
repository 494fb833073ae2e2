import { defineExtension } from '../../src/component.ts';
import { captureConfig } from './config.ts';
import { Capturing } from './extension.ts';

export const captureExtension = defineExtension({
  type: 'capture',
  description: 'Writes the raw events of the last seconds beside grave detections.',
  config: captureConfig,
  unsupported: () =>
    process.platform === 'win32'
      ? undefined
      : 'it captures live ETW sessions, which exist on Windows only; of a recorded trace everything is there already',
  create: (context, config) =>
    new Capturing(context, config, async () => {
      // koffi and the DLLs are loaded where they are needed, and not before.
      const { hostFolders } = await import('../../src/windows/host/host_folders.ts');
      return hostFolders();
    }),
});
