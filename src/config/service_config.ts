import { z } from 'zod';
import { cpuLimit } from './cpu_limit.ts';
import { telemetrySchema } from './telemetry_config.ts';
import { duration } from './units.ts';

const ids = (what: string) =>
  z.array(z.string({ error: 'expected an id (type or type/name)' })).describe(what);

/** One pipeline of `service::pipelines`. */
export const pipelineSchema = z.strictObject({
  receivers: ids('Where records come from: ids of receivers or connectors; at least one.'),
  processors: ids('What happens to them, in this order: ids of processors.').default([]),
  exporters: ids('Where they go: ids of exporters or connectors; each gets everything; at least one.'),
});

/** The section `service`. */
export const serviceSchema = z.strictObject({
  extensions: ids('Extensions that run, started in this order.').default([]),
  pipelines: z
    .record(z.string(), pipelineSchema)
    .describe('Pipelines by id: `logs[/name]` or `traces[/name]`.'),
  telemetry: telemetrySchema.prefault({}).describe('What Sigel says about itself.'),
  cpu_limit: cpuLimit()
    .prefault('10%')
    .describe(
      'What live ETW sessions may make the process use: a share of the machine (`10%`, at least half a core), cores (`1.5`) or `none`. Above it, [events are shed at the source](../receivers/etw/README.md#when-the-cpu-is-short).',
    ),
  drain_timeout: duration()
    .prefault('20s')
    .describe('How long shutdown waits for what is under way; what is left then is dropped and counted.'),
});

/** The section `service` as checked. */
export type ServiceConfig = z.infer<typeof serviceSchema>;
