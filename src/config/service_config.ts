import { z } from 'zod';
import { duration, secret } from './units.ts';

const ids = (what: string) =>
  z.array(z.string({ error: 'expected an id (type or type/name)' })).describe(what);

/** One pipeline of `service::pipelines`. */
export const pipelineSchema = z.strictObject({
  receivers: ids('Where records come from: ids of receivers or connectors; at least one.'),
  processors: ids('What happens to them, in this order: ids of processors.').default([]),
  exporters: ids('Where they go: ids of exporters or connectors; each gets everything; at least one.'),
});

const otlp = z.strictObject({
  protocol: z.literal('grpc').describe('How OTLP is spoken.'),
  endpoint: z
    .string()
    .min(1)
    .describe('Host and port of the peer, such as `gateway:4317`; with `http://` it is not encrypted.'),
  insecure: z.boolean().default(false).describe('Without TLS.'),
  certificate: z
    .string()
    .optional()
    .describe('Path of the CA certificates (PEM) to trust instead of the system ones.'),
  compression: z.enum(['gzip', 'none']).default('gzip').describe('Compression of messages.'),
  timeout: z.int().positive().default(10_000).describe('Longest time for one export, in milliseconds.'),
  headers: z
    .array(z.strictObject({ name: z.string().min(1).describe('Name.'), value: secret().describe('Value.') }))
    .default([])
    .describe('Headers to send with every request.'),
});

// Keys, units and defaults of the batch processor are those of OpenTelemetry's configuration schema.
const batch = z.strictObject({
  schedule_delay: z
    .int()
    .positive()
    .default(1000)
    .describe('Longest wait for a batch to fill, in milliseconds.'),
  export_timeout: z
    .int()
    .positive()
    .default(30_000)
    .describe('Longest time for one export, in milliseconds.'),
  max_queue_size: z.int().positive().max(1_000_000).default(2048).describe('Entries held; more are dropped.'),
  max_export_batch_size: z.int().positive().max(100_000).default(512).describe('Most entries in one export.'),
  exporter: z.strictObject({ otlp: otlp.describe('Export over OTLP.') }).describe('Where the entries go.'),
});

const sampling = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether repeated entries are thinned out.'),
  tick: duration({ atLeast: '1ms' }).prefault('10s').describe('The time in which entries are counted.'),
  initial: z.int().positive().default(10).describe('Entries of one message let through in each tick.'),
  thereafter: z
    .int()
    .nonnegative()
    .default(100)
    .describe('Of the rest in a tick, every how many-th is let through; 0 is none.'),
});

const logs = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('The least severe entries that are written.'),
  encoding: z.enum(['console', 'json']).default('console').describe('The form of the lines on stderr.'),
  sampling: sampling.prefault({}).describe('Thins out entries that repeat.'),
  processors: z
    .array(z.strictObject({ batch: batch.describe('Collects entries and exports them together.') }))
    .default([])
    .describe("Where Sigel's own diagnostics go beside stderr."),
});

const telemetry = z.strictObject({
  logs: logs.prefault({}).describe("Sigel's own diagnostics."),
  resource: z
    .record(z.string().min(1), z.string().optional())
    .default({})
    .describe('Attributes of the resource this Sigel is; an empty value removes one that is set by default.'),
});

/** The section `service`. */
export const serviceSchema = z.strictObject({
  extensions: ids('Extensions that run, started in this order.').default([]),
  pipelines: z
    .record(z.string(), pipelineSchema)
    .describe('Pipelines by id: `logs[/name]` or `traces[/name]`.'),
  telemetry: telemetry.prefault({}).describe('What Sigel says about itself.'),
  drain_timeout: duration()
    .prefault('20s')
    .describe('How long shutdown waits for what is under way; what is left then is dropped and counted.'),
});

/** The section `service` as checked. */
export type ServiceConfig = z.infer<typeof serviceSchema>;
/** `service::telemetry`. */
export type TelemetryConfig = ServiceConfig['telemetry'];
/** `service::telemetry::logs`. */
export type DiagnosticsConfig = TelemetryConfig['logs'];
