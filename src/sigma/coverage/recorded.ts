import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import type { ProviderMapping } from '../../etw/events/mapping.ts';
import { PROVIDER_MAPPINGS } from '../../etw/events/mappings.ts';
import type { SessionSpec } from '../../windows/sessions/presets.ts';
import { parseGuid } from '../../windows/sessions/provider_guid.ts';
import type { ProviderSpec } from '../../windows/sessions/provider_spec.ts';
import { hasKeyword } from './keyword_events.ts';

/** The parts of a session that decide which events come. */
export type RecordedSession = Pick<SessionSpec, 'kernel'> & {
  readonly providers: readonly Pick<ProviderSpec, 'provider' | 'keywords_any' | 'event_ids'>[];
};

/** Names of the records that sessions give: what the tables map, and what the catalogue describes. */
export function recordedNames(sessions: readonly RecordedSession[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { providers, kernel } of sessions) {
    for (const spec of providers) addProvider(spec, names);
    for (const group of kernel) for (const name of KERNEL_GROUPS[group] ?? []) names.add(name);
  }
  return names;
}

// What the kernel logger tells alone; the rest completes records of the providers.
const KERNEL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  process: ['process.start', 'process.exit'],
  image_load: ['process.module.load', 'driver.load'],
  thread: ['process.thread.remote_start'],
  network: ['network.connect', 'network.accept'],
  file_io: ['file.delete', 'file.rename'],
};

function addProvider(
  { provider, keywords_any: keywords, event_ids: ids }: RecordedSession['providers'][number],
  names: Set<string>,
): void {
  const guid = parseGuid(provider);
  const isIt = ({ guid: own, name }: ProviderMapping): boolean =>
    guid === own || name.toLowerCase() === provider.toLowerCase();
  const mapping = PROVIDER_MAPPINGS.find((one) => one.keyedBy === 'id' && isIt(one));
  if (mapping === undefined) return;
  const comes = (id: number): boolean =>
    (ids?.include?.includes(id) ?? true) &&
    !(ids?.exclude?.includes(id) ?? false) &&
    hasKeyword(mapping.guid, id, keywords);
  for (const { id, schema } of Catalogue.shipped().manifestEvents(mapping.guid)) {
    if (!comes(id)) continue;
    const mapped = mapping.events[id];
    names.add(mapped?.eventName ?? `${mapping.name}/${schema.event}`);
    for (const variant of mapped?.variants ?? []) names.add(variant.eventName);
  }
}
