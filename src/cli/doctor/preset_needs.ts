import { guidsOfName } from '../../etw/catalogue/provider_names.ts';
import { PRESETS } from '../../windows/sessions/presets.ts';
import type { PresetNeeds } from './examined.ts';

/** The names of the presets. */
export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/** What a preset asks of a host; undefined for a name that is none. */
export function presetNeeds(name: string): PresetNeeds | undefined {
  const preset = Object.entries(PRESETS).find(([key]) => key === name)?.[1];
  if (preset === undefined) return undefined;
  const { sessions } = preset;
  const all = sessions.flatMap((session) => session.providers.map(({ provider }) => provider));
  // Others are of TraceLogging, which registers nothing.
  const providers = all.filter((name) => guidsOfName(name).length > 0);
  return { name, providers: [...new Set(providers)], sessions: sessions.length };
}
