import { ResourceAttr } from '../model/attributes.ts';
import { type Detector, known } from './detector.ts';

/** Attributes that are taken from one variable. */
const MAX_ATTRIBUTES = 128;

/**
 * What the environment says: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` (`a=b,c=d`, values percent-encoded; one
 * that cannot be read is ignored as a whole, as OpenTelemetry's specification of resources asks), and the names that
 * Kubernetes' downward API and this project's manifests give, `K8S_NODE_NAME` and `K8S_CLUSTER_NAME`.
 */
export const detectEnv: Detector = async ({ env }) => {
  const attributes = parse(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const named = known({
    [ResourceAttr.serviceName.name]: env['OTEL_SERVICE_NAME'],
    [ResourceAttr.k8sNodeName.name]: env['K8S_NODE_NAME'],
    [ResourceAttr.k8sClusterName.name]: env['K8S_CLUSTER_NAME'],
  });
  return { ...known(attributes), ...named };
};

function parse(list: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pairs = list.split(',').filter((pair) => pair.trim() !== '');
  if (pairs.length > MAX_ATTRIBUTES) throw new Error('OTEL_RESOURCE_ATTRIBUTES has too many attributes');
  for (const pair of pairs) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim() === '' || value.length === 0)
      throw new Error('OTEL_RESOURCE_ATTRIBUTES is not of the form name=value,name=value');
    found[name.trim()] = decoded(value.join('=').trim());
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('OTEL_RESOURCE_ATTRIBUTES has a value with a "%" that begins no byte');
  }
}
