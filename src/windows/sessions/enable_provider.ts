import { EnableProperty, ErrorCode } from '../abi/constants.ts';
import type { WindowsError } from '../abi/errors.ts';
import type { EtwControl, ProviderEnable, ProviderFilters } from './control.ts';

/** What enabling a provider came to. */
export type EnableResult =
  | {
      readonly kind: 'enabled';
      /** What this build of Windows did not take, by the names of the configuration. */
      readonly leftOff: readonly string[];
    }
  | { readonly kind: 'failed'; readonly error: WindowsError };

interface Attempt {
  readonly provider: ProviderEnable;
  readonly leftOff: readonly string[];
}

/** Properties that came after Windows 8, the newest first. */
const PROPERTIES: readonly (readonly [name: string, bit: number])[] = [
  ['container_tracking', EnableProperty.sourceContainerTracking],
  ['silos', EnableProperty.enableSilos],
  ['event_key', EnableProperty.eventKey],
  ['process_start_key', EnableProperty.processStartKey],
  ['only events with keywords', EnableProperty.ignoreKeyword0],
];

/** Kinds of filters, the ones that fewer builds and providers take first. */
const FILTERS: readonly (readonly [name: string, key: keyof ProviderFilters])[] = [
  ['executables', 'executables'],
  ['pids', 'pids'],
  ['event_ids', 'eventIds'],
];

/**
 * Enables a provider. Where Windows does not accept it as it is, it is enabled without the newest properties,
 * one after the other; else without one kind of filter; else without either. More events are better than none,
 * and what was left off is said.
 */
export function enableProvider(control: EtwControl, handle: bigint, provider: ProviderEnable): EnableResult {
  let first: WindowsError | undefined;
  for (const { provider: tried, leftOff } of attempts(provider)) {
    const called = control.enable(handle, tried);
    if (called.kind === 'ok') return { kind: 'enabled', leftOff };
    first ??= called.error;
    if (called.error.code !== ErrorCode.invalidParameter && called.error.code !== ErrorCode.notSupported)
      return called;
  }
  return first === undefined ? { kind: 'enabled', leftOff: [] } : { kind: 'failed', error: first };
}

function attempts(provider: ProviderEnable): readonly Attempt[] {
  const whole: Attempt = { provider, leftOff: [] };
  const fewer = withFewerProperties(whole);
  const filters = FILTERS.filter(([, key]) => provider.filters[key] !== undefined);
  const withoutOne = filters.map((filter) => without(whole, [filter]));
  const withoutAll = filters.length > 1 ? [without(whole, filters)] : [];
  const least = fewer.at(-1);
  const bare = least !== undefined && filters.length > 0 ? [without(least, filters)] : [];
  return [whole, ...fewer, ...withoutOne, ...withoutAll, ...bare];
}

function withFewerProperties({ provider }: Attempt): readonly Attempt[] {
  const { enableProperties } = provider;
  const wanted = PROPERTIES.filter(([, bit]) => (enableProperties & bit) !== 0);
  return wanted.map((_, i) => {
    const off = wanted.slice(0, i + 1);
    const bits = off.reduce((left, [, bit]) => left & ~bit, enableProperties);
    return { provider: { ...provider, enableProperties: bits }, leftOff: off.map(([name]) => name) };
  });
}

function without({ provider, leftOff }: Attempt, kinds: typeof FILTERS): Attempt {
  const keys = new Set<string>(kinds.map(([, key]) => key));
  const filters = Object.fromEntries(Object.entries(provider.filters).filter(([key]) => !keys.has(key)));
  return { provider: { ...provider, filters }, leftOff: [...leftOff, ...kinds.map(([name]) => name)] };
}
