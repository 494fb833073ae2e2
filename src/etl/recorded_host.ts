import type { Resource } from '@opentelemetry/resources';
import type { LogHeader } from '../etw/log_header.ts';
import { ResourceAttr } from '../model/attributes.ts';
import { internResource } from '../model/resource.ts';

/**
 * The resource of records from a recorded trace: the recorded host, as far as the trace knows it, not the
 * machine that replays it.
 */
export function recordedHost(header: LogHeader | undefined): Resource {
  const attributes: Record<string, string> = {
    [ResourceAttr.serviceName.name]: 'sigel',
    [ResourceAttr.osType.name]: 'windows',
  };
  if (header !== undefined) {
    attributes[ResourceAttr.osVersion.name] = `${header.osMajor}.${header.osMinor}.${header.osBuild}`;
    attributes[ResourceAttr.osBuildId.name] = String(header.osBuild);
  }
  return internResource(attributes);
}
