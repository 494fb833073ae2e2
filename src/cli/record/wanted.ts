import { type SessionsConfig, sessionsConfig } from '../../windows/live/sessions_config.ts';
import type { Io } from '../command.ts';
import { loadForCommand } from '../service_command.ts';

/** What a command line says of the sessions to record. */
export interface WantedOptions {
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly receiver?: string | undefined;
  readonly preset?: string | undefined;
  readonly provider: readonly string[];
  readonly kernel?: string | undefined;
  readonly session: readonly string[];
}

/** The sessions; a sentence for wrong usage; undefined where a configuration is wrong, which was said. */
export async function wantedSessions(
  options: WantedOptions,
  io: Io,
): Promise<SessionsConfig | string | undefined> {
  const { config, preset, provider, kernel, session } = options;
  if (config.length === 0) return fromOptions(options);
  if (preset !== undefined || kernel !== undefined || provider.length + session.length > 0)
    return 'what to record is said by --config or by the other options, not by both';
  return fromConfig(options, io);
}

async function fromConfig(options: WantedOptions, io: Io): Promise<SessionsConfig | string | undefined> {
  const loaded = await loadForCommand(io, options, 'warning');
  if (loaded === undefined) return undefined;
  const receivers = [...loaded.receivers.values()].filter(({ definition }) => definition.type === 'etw');
  const { receiver } = options;
  const found = receiver === undefined ? receivers : receivers.filter(({ id }) => id === receiver);
  const [first, second] = found;
  if (first === undefined) return `the configuration has no receiver ${receiver ?? 'etw'}`;
  if (second !== undefined)
    return `the configuration has several etw receivers (${found.map(({ id }) => id).join(', ')}): choose one with --receiver`;
  const { preset, include, exclude, sessions } = first.config as unknown as SessionsConfig;
  return { preset, include, exclude, sessions };
}

function fromOptions({ preset, provider, kernel, session }: WantedOptions): SessionsConfig | string {
  const kernelGroups = kernel === undefined ? [] : kernel.split(',').map((group) => group.trim());
  const own = preset === undefined && (provider.length > 0 || kernelGroups.length > 0);
  const sessions = [
    ...(own
      ? [
          {
            name: 'sigel',
            kernel: kernelGroups,
            providers: provider.map((name) => ({ provider: name })),
          },
        ]
      : []),
    ...session.map((name) => ({ name, attach: true })),
  ];
  if (preset !== undefined && kernelGroups.length > 0)
    return '--kernel goes with --provider, not with --preset';
  const checked = sessionsConfig.safeParse({
    preset: preset ?? (sessions.length === 0 ? 'security' : undefined),
    include: preset === undefined ? [] : provider,
    sessions,
  });
  if (checked.success) return checked.data;
  return checked.error.issues.map(({ path, message }) => `${path.join('::')}: ${message}`).join('; ');
}
