import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import { internResource } from '../model/resource.ts';
import { VERSION } from '../version.ts';

/**
 * The resource of this machine and this Sigel: what was detected, with `service::telemetry::resource` over it, where a
 * value replaces one and an empty one removes it.
 */
export function nodeResource(
  configured: Readonly<Record<string, string | undefined>>,
  detected: Attributes,
): Resource {
  const attributes: Attributes = {
    [ResourceAttr.serviceName.name]: 'sigel',
    [ResourceAttr.serviceVersion.name]: VERSION,
    ...detected,
    ...configured,
  };
  return internResource(
    Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  );
}
