import { defineExtension } from '../../src/component.ts';
import { fileStorageConfig } from './config.ts';
import { FileStorageExtension } from './extension.ts';

export const fileStorageExtension = defineExtension({
  type: 'file_storage',
  description: 'Keeps on disk what components must not lose: queues of exporters, positions of receivers.',
  config: fileStorageConfig,
  create: (context, config) => new FileStorageExtension(context, config),
});
