import { z } from 'zod';
import { forward } from '../../connectors/forward/index.ts';
import {
  type AnyDefinition,
  type Component,
  defineConnector,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
} from '../../src/component.ts';
import { byteSize, duration, secret } from '../../src/config/units.ts';

// Components for tests of the configuration: they have keys of every form and are never created.

function never(): never {
  throw new Error('this component is only configured');
}

const file = z.strictObject({
  include: z.array(z.string()).min(1).describe('Globs of files to read.'),
  poll: duration({ atLeast: '1ms' }).prefault('1s').describe('How often to look.'),
});

const batch = z.strictObject({
  timeout: duration().prefault('200ms').describe('Longest wait.'),
  size: z.int().positive().max(1000).default(100).describe('Records in a batch.'),
});

const otlp = z.strictObject({
  endpoint: z.string().describe('Host and port of the peer.'),
  headers: z.record(z.string(), secret()).default({}).describe('Headers.'),
  token: secret().optional().describe('Token.'),
  max_size: byteSize().prefault('4MiB').describe('Largest message.'),
  tls: z
    .strictObject({ insecure: z.boolean().default(false).describe('Without TLS.') })
    .prefault({})
    .describe('TLS.'),
  queue: z
    .strictObject({
      sizer: z.enum(['items', 'requests', 'bytes']).default('requests').describe('What is counted.'),
      size: z.int().positive().default(1000).describe('How many.'),
    })
    .prefault({})
    .describe('The queue.'),
});

const resource = z.strictObject({
  actions: z
    .array(
      z.strictObject({
        key: z.string().describe('Name.'),
        value: z.union([z.string(), z.number(), z.boolean()]).optional().describe('Value.'),
      }),
    )
    .default([])
    .describe('What to do.'),
});

/** Receivers `file`, `etw` (not on this machine); processors, exporters, connectors and an extension. */
export const CONFIG_COMPONENTS: readonly AnyDefinition[] = [
  defineReceiver({ type: 'file', description: 'Files', signals: ['logs'], config: file, create: never }),
  defineReceiver({
    type: 'etw',
    description: 'Live',
    signals: ['logs'],
    config: z.strictObject({}),
    unsupported: () => 'it needs Windows: read recorded traces with the receiver etl',
    create: never,
  }),
  defineProcessor({
    type: 'batch',
    description: 'Batch',
    config: batch,
    createLogs: never,
    createTraces: never,
  }),
  defineProcessor({ type: 'resource', description: 'Resource', config: resource, createLogs: never }),
  defineExporter({
    type: 'otlp_grpc',
    aliases: ['otlp'],
    description: 'OTLP',
    signals: ['logs', 'traces'],
    config: otlp,
    create: never,
  }),
  defineExporter({
    type: 'debug',
    description: 'Debug',
    signals: ['logs', 'traces'],
    config: z.strictObject({
      verbosity: z.enum(['basic', 'normal', 'detailed']).default('basic').describe('How much.'),
    }),
    create: never,
  }),
  defineExporter({
    type: 'spans',
    description: 'Of the same type as a connector',
    signals: ['logs'],
    config: z.strictObject({}),
    create: never,
  }),
  defineConnector({
    type: 'spans',
    description: 'Spans',
    config: z.strictObject({}),
    createLogsToTraces: never,
  }),
  defineExtension({
    type: 'zpages',
    description: 'Pages',
    config: z.strictObject({}),
    create: (): Component => never(),
  }),
  forward,
];
