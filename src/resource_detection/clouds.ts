import { ResourceAttr } from '../model/attributes.ts';
import { type DetectionContext, type Detector, known } from './detector.ts';
import { metadataJson, metadataText } from './metadata.ts';

/** Amazon EC2: the identity document, by IMDSv2 alone (EC2 user guide, "Use IMDS" and "Instance identity documents"). */
export const detectEc2: Detector = async ({ config }) => {
  const asked = { endpoint: config.metadata_endpoint, signal: AbortSignal.timeout(config.timeout) };
  const token = await metadataText({
    ...asked,
    path: '/latest/api/token',
    method: 'PUT',
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
  });
  const document = await metadataJson({
    ...asked,
    path: '/latest/dynamic/instance-identity/document',
    headers: { 'X-aws-ec2-metadata-token': token },
  });
  return known({
    [ResourceAttr.cloudProvider.name]: 'aws',
    [ResourceAttr.cloudPlatform.name]: 'aws_ec2',
    [ResourceAttr.cloudRegion.name]: document['region'],
    [ResourceAttr.cloudAvailabilityZone.name]: document['availabilityZone'],
    [ResourceAttr.cloudAccountId.name]: document['accountId'],
    [ResourceAttr.hostId.name]: document['instanceId'],
    [ResourceAttr.hostType.name]: document['instanceType'],
  });
};

/** Azure: the instance's compute metadata (learn.microsoft.com, "Azure Instance Metadata Service"). */
export const detectAzure: Detector = async ({ config }) => {
  const compute = await metadataJson({
    endpoint: config.metadata_endpoint,
    path: '/metadata/instance/compute?api-version=2021-12-13&format=json',
    headers: { Metadata: 'true' },
    signal: AbortSignal.timeout(config.timeout),
  });
  return known({
    [ResourceAttr.cloudProvider.name]: 'azure',
    [ResourceAttr.cloudPlatform.name]: 'azure.vm',
    [ResourceAttr.cloudRegion.name]: compute['location'],
    [ResourceAttr.cloudAvailabilityZone.name]: compute['zone'],
    [ResourceAttr.cloudAccountId.name]: compute['subscriptionId'],
    [ResourceAttr.cloudResourceId.name]: compute['resourceId'],
    [ResourceAttr.hostId.name]: compute['vmId'],
    [ResourceAttr.hostType.name]: compute['vmSize'],
  });
};

/**
 * Google Compute Engine (cloud.google.com, "About VM metadata"). Single values are asked for: all of an instance at
 * once holds secrets as well.
 */
export const detectGcp: Detector = async (context) => {
  const zone = lastPart(await google(context, 'instance/zone'));
  const [id, type, project] = await Promise.all([
    google(context, 'instance/id'),
    google(context, 'instance/machine-type'),
    google(context, 'project/project-id'),
  ]);
  return known({
    [ResourceAttr.cloudProvider.name]: 'gcp',
    [ResourceAttr.cloudPlatform.name]: 'gcp_compute_engine',
    [ResourceAttr.cloudRegion.name]: zone.replace(/-[a-z]$/, ''),
    [ResourceAttr.cloudAvailabilityZone.name]: zone,
    [ResourceAttr.cloudAccountId.name]: project,
    [ResourceAttr.hostId.name]: id,
    [ResourceAttr.hostType.name]: lastPart(type),
  });
};

function google({ config }: DetectionContext, what: string): Promise<string> {
  return metadataText({
    endpoint: config.metadata_endpoint,
    path: `/computeMetadata/v1/${what}`,
    headers: { 'Metadata-Flavor': 'Google' },
    answersWith: ['Metadata-Flavor', 'Google'],
    signal: AbortSignal.timeout(config.timeout),
  });
}

/** `projects/1/zones/europe-west1-b` is said for a zone. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
