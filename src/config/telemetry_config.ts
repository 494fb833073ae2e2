import { z } from 'zod';
import { resourceDetectionSchema } from '../resource_detection/config.ts';
import { serverTlsConfig } from '../tls/server_config.ts';
import { duration, secret } from './units.ts';

/** The longest time that the platform's timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

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

// Keys, units and defaults of the readers are those of OpenTelemetry's configuration schema as well.
const periodic = z.strictObject({
  interval: z
    .int()
    .positive()
    .max(MAX_TIMER_MS)
    .default(60_000)
    .describe('Time between exports, in milliseconds.'),
  timeout: z
    .int()
    .positive()
    .max(MAX_TIMER_MS)
    .default(30_000)
    .describe('Longest time for one export, in milliseconds; never more than the interval.'),
  exporter: z.strictObject({ otlp: otlp.describe('Export over OTLP.') }).describe('Where the metrics go.'),
});

const prometheus = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The address to listen at; other than loopback, anybody who reaches it may read.'),
  port: z.int().min(0).max(65_535).default(13_136).describe('The port to listen at; 0 takes a free one.'),
  tls: serverTlsConfig.optional().describe('Served over HTTPS.'),
  bearer_token: secret()
    .min(1)
    .optional()
    .describe('Only who sends it (`Authorization: Bearer …`) may read; best as `${file:…}` or `${env:…}`.'),
});

const pull = z.strictObject({
  exporter: z
    .strictObject({ prometheus: prometheus.describe('Served at `/metrics` in the format of Prometheus.') })
    .describe('How the metrics are read.'),
});

const reader = z
  .strictObject({
    periodic: periodic.optional().describe('Exports at an interval.'),
    pull: pull.optional().describe('Lets others read.'),
  })
  .refine(({ periodic, pull }) => (periodic === undefined) !== (pull === undefined), {
    error: 'expected either periodic or pull',
  });

const metrics = z.strictObject({
  level: z
    .enum(['none', 'basic', 'normal', 'detailed'])
    .default('normal')
    .describe('How much is measured; each level has what those before it have.'),
  naming: z
    .enum(['sigel', 'collector'])
    .default('sigel')
    .describe(
      "`collector` adds the names of the OpenTelemetry Collector's own metrics (`otelcol_…`), for dashboards and alerts made for it.",
    ),
  readers: z
    .array(reader)
    .max(8)
    .default([])
    .describe("Who reads Sigel's own metrics; without a reader nothing is measured."),
});

/** The section `service::telemetry`. */
export const telemetrySchema = z.strictObject({
  logs: logs.prefault({}).describe("Sigel's own diagnostics."),
  metrics: metrics.prefault({}).describe("Sigel's own metrics."),
  resource: z
    .record(z.string().min(1), z.string().optional())
    .default({})
    .describe('Attributes of the resource this Sigel is; an empty value removes one that is set by default.'),
  resource_detection: resourceDetectionSchema
    .prefault({})
    .describe('What is found out about this machine for that resource; what `resource` says goes before.'),
});

/** `service::telemetry`. */
export type TelemetryConfig = z.infer<typeof telemetrySchema>;
/** `service::telemetry::logs`. */
export type DiagnosticsConfig = TelemetryConfig['logs'];
/** `service::telemetry::metrics`. */
export type MetricsConfig = TelemetryConfig['metrics'];
/** An OTLP peer of Sigel's own telemetry. */
export type OtlpPeerConfig = z.infer<typeof otlp>;
