import type { Attributes } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';

/** Interned objects kept; one that was let go and comes again is made anew, which costs one more group in a message. */
const MAX_INTERNED = 4096;

const resources = new Map<string, Resource>();

/**
 * The Resource with these attributes: one object per content, whatever the order, since exporters group by the
 * object's identity. Values are strings, numbers, booleans or lists of one of them; OpenTelemetry drops others.
 */
export function internResource(attributes: Attributes, schemaUrl = ''): Resource {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([schemaUrl, sorted]);
  const resource =
    resources.get(key) ?? resourceFromAttributes(attributes, schemaUrl === '' ? {} : { schemaUrl });
  // Put at the end again, so that the first of the map is the one unused for longest.
  resources.delete(key);
  resources.set(key, resource);
  if (resources.size > MAX_INTERNED) resources.delete(resources.keys().next().value ?? '');
  return resource;
}
