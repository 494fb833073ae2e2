import { PRESETS, type PresetName, type SessionSpec } from './presets.ts';
import { parseGuid } from './provider_guid.ts';
import { PROVIDER_DEFAULTS, type ProviderSpec } from './provider_spec.ts';
import type { KernelGroup } from './system_logger.ts';

interface Part {
  readonly providers: readonly string[];
  readonly kernel: readonly KernelGroup[];
}

/** The words for parts of a preset. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  [
    'process',
    {
      providers: ['microsoft-windows-kernel-process'],
      kernel: ['process', 'image_load', 'thread', 'job'],
    },
  ],
  ['file', { providers: ['microsoft-windows-kernel-file'], kernel: ['file_io'] }],
  ['network', { providers: ['microsoft-windows-kernel-network'], kernel: ['network'] }],
]);

/** The sessions of a preset as changed, and what is wrong with the changes. */
export interface PresetSessions {
  readonly sessions: readonly SessionSpec[];
  /** In sentences. */
  readonly problems: readonly string[];
}

/**
 * A preset with more providers (in its last session, by their defaults) and without others. A session that is
 * left without any is left out.
 *
 * @param include Names or GUIDs of providers.
 * @param exclude `process`, `file`, `network`, or names of providers in the preset, in any case.
 */
export function presetSessions(
  preset: PresetName,
  include: readonly string[] = [],
  exclude: readonly string[] = [],
): PresetSessions {
  const { sessions } = PRESETS[preset];
  const words = exclude.map((word) => word.toLowerCase());
  const parts = words.map((word): Part => PARTS.get(word) ?? { providers: [word], kernel: [] });
  const out = new Set(parts.flatMap(({ providers }) => providers));
  const kernelOut = new Set(parts.flatMap(({ kernel }) => kernel));
  const added = include.map((provider): ProviderSpec => ({ ...PROVIDER_DEFAULTS, provider }));
  const changed = sessions.map(
    (session, i): SessionSpec => ({
      ...session,
      kernel: session.kernel.filter((group) => !kernelOut.has(group)),
      providers: [
        ...session.providers.filter(({ provider }) => !out.has(provider.toLowerCase())),
        ...(i === sessions.length - 1 ? added : []),
      ],
    }),
  );
  const known = new Set(
    sessions.flatMap(({ providers }) => providers.map(({ provider }) => provider.toLowerCase())),
  );
  return {
    sessions: changed.filter(({ kernel, providers }) => kernel.length + providers.length > 0),
    problems: exclude
      .filter((word) => !PARTS.has(word.toLowerCase()) && !known.has(word.toLowerCase()))
      .map((word) => notThere(preset, word)),
  };
}

function notThere(preset: string, word: string): string {
  const hint = parseGuid(word) === undefined ? '' : ' (give its name instead of its GUID)';
  return `exclude: ${word} is neither process, file, network nor a provider of preset ${preset}${hint}`;
}
