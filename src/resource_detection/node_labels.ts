import type { Attributes } from '@opentelemetry/api';
import { ResourceAttr } from '../model/attributes.ts';
import { known } from './detector.ts';

/** What a provider id begins with, and the provider as OpenTelemetry names it. */
const PROVIDERS: Readonly<Record<string, string>> = { aws: 'aws', azure: 'azure', gce: 'gcp' };

/**
 * What Kubernetes knows of the machine of a node: from the well-known labels of its Node object (kubernetes.io,
 * "Well-Known Labels") and its `spec.providerID`, as the cloud's controllers write them:
 * `aws:///<zone>/<instance>`, `azure:///subscriptions/<id>/resourceGroups/…`, `gce://<project>/<zone>/<instance>`.
 */
export function cloudOfNode(
  labels: Readonly<Record<string, string>>,
  providerId: string | undefined,
): Attributes {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(providerId ?? '') ?? [];
  return known({
    [ResourceAttr.cloudProvider.name]: Object.hasOwn(PROVIDERS, scheme) ? PROVIDERS[scheme] : undefined,
    [ResourceAttr.cloudRegion.name]: labels['topology.kubernetes.io/region'],
    [ResourceAttr.cloudAvailabilityZone.name]: zoneOf(labels['topology.kubernetes.io/zone']),
    [ResourceAttr.hostType.name]: labels['node.kubernetes.io/instance-type'],
    ...(scheme === 'azure' ? azure(rest) : {}),
    ...(scheme === 'gce' ? { [ResourceAttr.cloudAccountId.name]: rest.split('/')[0] } : {}),
    ...(scheme === 'aws' ? { [ResourceAttr.hostId.name]: rest.split('/').at(-1) } : {}),
  });
}

/** Azure says "0" of a machine that is in no zone. */
function zoneOf(zone: string | undefined): string | undefined {
  return zone === '0' ? undefined : zone;
}

function azure(resourceId: string): Readonly<Record<string, unknown>> {
  return {
    [ResourceAttr.cloudAccountId.name]: /^\/subscriptions\/([^/]+)\//i.exec(resourceId)?.[1],
    [ResourceAttr.cloudResourceId.name]: resourceId,
  };
}
