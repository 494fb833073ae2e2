import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';

/** Interned objects kept; one that was let go and comes again is made anew, which costs one more group in a message. */
const MAX_INTERNED = 4096;

const resources = new Map<string, Resource>();
const scopes = new Map<string, InstrumentationScope>();

/**
 * The Resource with these attributes: one object per content, whatever the order, since exporters group by the
 * object's identity. Values are strings, numbers, booleans or lists of one of them; OpenTelemetry drops others.
 */
export function internResource(attributes: Attributes, schemaUrl = ''): Resource {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return intern(resources, JSON.stringify([schemaUrl, sorted]), () =>
    resourceFromAttributes(attributes, schemaUrl === '' ? {} : { schemaUrl }),
  );
}

/** The instrumentation scope of a component (`sigel/receiver/etl`): one object per name and version. */
export function internScope(name: string, version?: string): InstrumentationScope {
  return intern(scopes, JSON.stringify([name, version]), () =>
    Object.freeze(version === undefined ? { name } : { name, version }),
  );
}

function intern<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  // Put at the end again, so that the first of the map is the one unused for longest.
  cache.delete(key);
  const value = known ?? make();
  cache.set(key, value);
  if (cache.size > MAX_INTERNED) cache.delete(cache.keys().next().value ?? '');
  return value;
}
