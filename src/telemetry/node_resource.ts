import { hostname, platform, release } from 'node:os';
import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import { internResource } from '../model/resource.ts';
import { VERSION } from '../version.ts';

/** Names of operating systems as OpenTelemetry has them, where they differ from Node's. */
const OS_TYPES: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };

/**
 * The resource of this machine and this Sigel, with `service::telemetry::resource` over it: a value replaces a
 * default, an empty one removes it.
 */
export function nodeResource(configured: Readonly<Record<string, string | undefined>> = {}): Resource {
  const attributes: Record<string, string | undefined> = {
    [ResourceAttr.serviceName.name]: 'sigel',
    [ResourceAttr.serviceVersion.name]: VERSION,
    [ResourceAttr.hostName.name]: hostname(),
    [ResourceAttr.osType.name]: OS_TYPES[platform()] ?? platform(),
    [ResourceAttr.osVersion.name]: release(),
    ...configured,
  };
  return internResource(
    Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  );
}
