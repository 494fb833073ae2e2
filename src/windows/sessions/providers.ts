import { guidsOfName } from '../../etw/catalogue/provider_names.ts';
import { EnableProperty } from '../abi/constants.ts';
import { filterProblem } from '../abi/enable_parameters.ts';
import type { ProviderEnable, ProviderFilters } from './control.ts';
import { isKernelMode } from './kernel_mode.ts';
import { type KeywordNames, keywordMask, shippedKeywords } from './keywords.ts';
import { type GuidWay, type NameLookup, resolveProvider } from './provider_guid.ts';
import { LEVELS, type ProviderSpec } from './provider_spec.ts';

/** A provider as it will be enabled. */
export interface PlannedProvider {
  /** As the configuration calls it. */
  readonly name: string;
  readonly way: GuidWay;
  readonly enable: ProviderEnable;
  readonly captureState: boolean;
}

/** A planned provider, or what is wrong with its configuration. */
export type ProviderPlan =
  | { readonly kind: 'planned'; readonly provider: PlannedProvider }
  | { readonly kind: 'failed'; readonly message: string };

/** What is known of providers; defaults are what Sigel ships. */
export interface ProviderKnowledge {
  /** The names that are registered on this host. */
  readonly registered: NameLookup;
  readonly catalogue?: NameLookup;
  readonly keywords?: KeywordNames;
}

/** From the configuration of a provider to what EnableTraceEx2 is asked. */
export function planProvider(spec: ProviderSpec, knowledge: ProviderKnowledge): ProviderPlan {
  const { registered, catalogue = guidsOfName, keywords = shippedKeywords } = knowledge;
  const fail = (message: string): ProviderPlan => ({
    kind: 'failed',
    message: `provider ${spec.provider}: ${message}`,
  });
  const resolved = resolveProvider(spec.provider, { registered, catalogue });
  if (resolved.kind === 'ambiguous')
    return fail(`several providers have this name; give one of their GUIDs: ${resolved.guids.join(', ')}`);
  const { guid, way } = resolved;
  const names = keywords(guid);
  const any = keywordMask(spec.keywords_any, names);
  const all = keywordMask(spec.keywords_all, names);
  if (any.kind === 'unknown') return fail(any.message);
  if (all.kind === 'unknown') return fail(all.message);
  const filters = filtersOf(spec);
  const problem = filterProblem(filters);
  if (problem !== undefined) return fail(problem);
  const enable: ProviderEnable = {
    guid,
    level: LEVELS[spec.level],
    matchAnyKeyword: any.mask,
    matchAllKeyword: all.mask,
    enableProperties: propertiesOf(spec, isKernelMode(guid)),
    filters,
  };
  return {
    kind: 'planned',
    provider: { name: spec.provider, way, enable, captureState: spec.capture_state },
  };
}

function filtersOf({ event_ids, pids, executables }: ProviderSpec): ProviderFilters {
  const { include, exclude } = event_ids ?? {};
  const ids = include ?? exclude ?? [];
  return {
    ...(ids.length > 0 ? { eventIds: { in: include !== undefined, ids } } : {}),
    ...(pids.length > 0 ? { pids } : {}),
    ...(executables.length > 0 ? { executables } : {}),
  };
}

function propertiesOf({ properties, keywords_any }: ProviderSpec, kernelMode: boolean): number {
  const flags: readonly (readonly [boolean, number])[] = [
    [properties.sid, EnableProperty.sid],
    [properties.ts_id, EnableProperty.tsId],
    [properties.stack, EnableProperty.stackTrace],
    // Without it, events of no keyword pass whatever keywords are asked for.
    [keywords_any.length > 0, EnableProperty.ignoreKeyword0],
    [properties.process_start_key, EnableProperty.processStartKey],
    [properties.event_key, EnableProperty.eventKey],
    [properties.silos ?? !kernelMode, EnableProperty.enableSilos],
    [properties.container_tracking, EnableProperty.sourceContainerTracking],
  ];
  return flags.reduce((bits, [wanted, bit]) => (wanted ? bits | bit : bits), 0);
}
