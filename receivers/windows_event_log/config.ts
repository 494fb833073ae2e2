import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { recordUid } from '../../src/receiving/record_uid.ts';
import { channelsOfServices } from '../../src/sigma/event_log/channels.ts';
import { SERVICES } from '../../src/sigma/event_log/taxonomy.ts';

const channel = z.strictObject({
  name: z.string().min(1).max(256).describe('As `wevtutil el` lists it.'),
  query: z
    .string()
    .min(1)
    .default('*')
    .describe('An XPath that Windows chooses events by: `*[System[EventID=4688 or EventID=4625]]`.'),
});

/** Options of the `windows_event_log` receiver. */
export const windowsEventLogConfig = z
  .strictObject({
    services: z
      .union([z.literal('all'), z.array(z.enum(Object.keys(SERVICES)))])
      .default([])
      .describe(
        'Channels by the names that Sigma rules have for them, such as `security`; all of their events. `all` for all.',
      ),
    channels: z
      .array(channel)
      .default([])
      .describe('More channels; one that a service has as well is read as it stands here.'),
    start_at: z
      .enum(['end', 'beginning'])
      .default('end')
      .describe(
        'Where a channel begins that no earlier run has read: with new events, or with those there are.',
      ),
    storage: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The storage extension, such as `file_storage`, that keeps how far each channel was settled (its bookmark), so ' +
          'that the next run goes on there.',
      ),
    poll_interval: duration({ atLeast: '100ms' })
      .prefault('1s')
      .describe('How often a channel is asked for more when it had none.'),
    retry_interval: duration({ atLeast: '1s' })
      .prefault('1m')
      .describe('How long after a refusal a channel is tried again.'),
    record_uid: recordUid,
    batch_size: z.int().min(1).max(1024).default(128).describe('Events read, and handed on, at a time.'),
    max_in_flight: byteSize()
      .prefault('4MiB')
      .describe(
        'Characters of events of all channels that may be on their way before reading waits for the pipelines.',
      ),
  })
  .refine(({ services, channels }) => services.length + channels.length > 0, {
    error: 'name at least one service or channel',
  });

/** The receiver's options, checked. */
export type WindowsEventLogConfig = z.infer<typeof windowsEventLogConfig>;
/** A channel to read. */
export type ChannelConfig = z.infer<typeof channel>;

/** The channels of a configuration, each once where its query is the same. Names are compared without regard to case. */
export function channelsOf({ services, channels }: WindowsEventLogConfig): readonly ChannelConfig[] {
  const own = new Set(channels.map(({ name }) => name.toLowerCase()));
  const ofServices = channelsOfServices(services)
    .filter((name) => !own.has(name.toLowerCase()))
    .map((name) => ({ name, query: '*' }));
  const all = [...channels, ...ofServices].map(
    (one) => [`${one.name.toLowerCase()}\n${one.query}`, one] as const,
  );
  return [...new Map(all).values()];
}
