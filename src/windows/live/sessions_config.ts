import { z } from 'zod';
import { byteSize, duration } from '../../config/units.ts';
import { MAX_BUFFER_SIZE } from '../../etw/constants.ts';
import { KERNEL_GROUPS } from '../sessions/system_logger.ts';

const providerConfig = z.strictObject({
  provider: z
    .string()
    .min(1)
    .max(256)
    .describe('GUID, registered name, or name of an EventSource or TraceLogging provider.'),
  level: z
    .enum(['critical', 'error', 'warning', 'information', 'verbose', 'all'])
    .default('verbose')
    .describe('The least severe events that are taken.'),
  keywords_any: z
    .array(z.string().min(1))
    .default([])
    .describe('Events with any of these keywords, by name or as `0x…`; none: all events.'),
  keywords_all: z.array(z.string().min(1)).default([]).describe('Of those, events with all of these.'),
  event_ids: z
    .strictObject({
      include: z.array(z.int().min(0).max(65_535)).max(64).optional().describe('Only these ids.'),
      exclude: z.array(z.int().min(0).max(65_535)).max(64).optional().describe('All ids but these.'),
    })
    .refine(({ include, exclude }) => include === undefined || exclude === undefined, {
      message: 'Windows takes either include or exclude, not both',
    })
    .optional()
    .describe('Event ids, filtered by the kernel.'),
  pids: z
    .array(z.int().min(0).max(0xffffffff))
    .max(8)
    .default([])
    .describe('Only events of these processes, filtered by the kernel (at most 8).'),
  executables: z
    .array(z.string().min(1).max(128))
    .max(16)
    .default([])
    .describe('Only events of programs with these file names (`w3wp.exe`), filtered by the kernel.'),
  properties: z
    .strictObject({
      sid: z.boolean().default(false).describe('The user of the writer.'),
      ts_id: z.boolean().default(false).describe('The terminal session of the writer.'),
      stack: z.boolean().default(false).describe('The call stack; costs much.'),
      process_start_key: z
        .boolean()
        .default(true)
        .describe('The start key of the writer: it tells processes apart whose ids are used again.'),
      event_key: z.boolean().default(false).describe('A key of the event.'),
      silos: z
        .boolean()
        .optional()
        .describe('Events from inside containers too; default: yes for providers in user mode.'),
      container_tracking: z.boolean().default(false).describe('The container of the writer.'),
    })
    .prefault({})
    .describe('What the kernel adds to events; what a Windows build rejects is left off, and said.'),
  capture_state: z
    .boolean()
    .default(false)
    .describe('Ask the provider at the start to tell what is there already.'),
});

const sessionConfig = z.strictObject({
  name: z.string().min(1).max(200).describe('The name of the ETW session.'),
  attach: z
    .boolean()
    .default(false)
    .describe('Read an existing session of that name; it is neither changed nor stopped.'),
  buffer_size: byteSize()
    .prefault('64KiB')
    .refine((bytes) => bytes >= 4096 && bytes <= MAX_BUFFER_SIZE && bytes % 1024 === 0, {
      error: 'expected whole KiB, "4KiB" to "16MiB"',
    })
    .describe('Size of each kernel buffer, 4KiB to 16MiB.'),
  minimum_buffers: z
    .int()
    .min(2)
    .max(100_000)
    .optional()
    .describe('Buffers made at the start; default: two for each processor.'),
  maximum_buffers: z
    .int()
    .min(2)
    .max(100_000)
    .optional()
    .describe('Buffers at most; default: the minimum and 60 more for each processor.'),
  flush_interval: duration({ atLeast: '1ms' })
    .prefault('1s')
    .describe('How long an event may wait in a buffer that is not full.'),
  clock: z.enum(['qpc', 'system', 'cpu']).default('qpc').describe('What stamps the events.'),
  consumption: z
    .enum(['auto', 'raw', 'record'])
    .default('auto')
    .describe('Whole buffers (`raw`), single records, or buffers where Windows gives them.'),
  shed: z
    .enum(['first', 'last'])
    .default('first')
    .describe('When the pipelines are slow: whether this session loses events before others, or after.'),
  kernel: z
    .array(z.enum(KERNEL_GROUPS))
    .default([])
    .describe('Events of the kernel logger itself: command lines of processes among them.'),
  providers: z.array(providerConfig).default([]).describe('The providers that write into the session.'),
});

/** A session, as configured. */
export type SessionConfig = z.infer<typeof sessionConfig>;

/** What sessions to read, by a preset or one by one; part of the `etw` receiver's options. */
export const sessionsConfig = z.strictObject({
  preset: z
    .enum(['security', 'security_verbose', 'eolh'])
    .optional()
    .describe('A ready-made set of sessions and providers; see below.'),
  include: z
    .array(z.string().min(1))
    .default([])
    .describe('More providers for the preset’s events (Eolh’s `-a`).'),
  exclude: z
    .array(z.string().min(1))
    .default([])
    .describe('Parts of the preset to leave out: `process`, `file`, `network` (Eolh’s `-r`), or providers.'),
  sessions: z.array(sessionConfig).default([]).describe('Sessions beside those of the preset.'),
});

/** What sessions to read, checked. */
export type SessionsConfig = z.infer<typeof sessionsConfig>;
