import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { Attributes } from '@opentelemetry/api';
import type { z } from 'zod';
import { resourceDetectionSchema } from './config.ts';
import { detectResource } from './detect.ts';

type Config = z.input<typeof resourceDetectionSchema>;
type Env = Readonly<Record<string, string>>;

const detect = (config: Config, env: Env = {}) =>
  detectResource({ config: resourceDetectionSchema.parse(config), env });

/** A metadata service on loopback; its answer to a request, undefined for none at all. */
async function service(
  t: TestContext,
  answer: (
    request: IncomingMessage,
  ) => { status?: number; headers?: Record<string, string>; text: string } | undefined,
): Promise<string> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const given = answer(request);
    if (given !== undefined) response.writeHead(given.status ?? 200, given.headers).end(given.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

const environments: readonly (readonly [title: string, env: Env, attributes: Attributes])[] = [
  ['nothing', {}, {}],
  ['a service', { OTEL_SERVICE_NAME: 'agent' }, { 'service.name': 'agent' }],
  ['attributes', { OTEL_RESOURCE_ATTRIBUTES: 'a=1, b = x=y ,c=%2C%20z' }, { a: '1', b: 'x=y', c: ', z' }],
  ['empty ones', { OTEL_RESOURCE_ATTRIBUTES: 'a=,,', K8S_NODE_NAME: '' }, {}],
  [
    'the service’s own variable first',
    {
      OTEL_SERVICE_NAME: 'agent',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=test',
    },
    { 'service.name': 'agent', 'deployment.environment.name': 'test' },
  ],
  [
    'Kubernetes',
    { K8S_NODE_NAME: 'win-1', K8S_CLUSTER_NAME: 'shop-eu' },
    { 'k8s.node.name': 'win-1', 'k8s.cluster.name': 'shop-eu' },
  ],
];
for (const [title, env, attributes] of environments) {
  test(`env: ${title}`, async () => {
    assert.deepEqual(await detect({ detectors: ['env'] }, env), { attributes, failed: new Map() });
  });
}

for (const list of ['a', '=b', 'a=%', Array.from({ length: 200 }, (_, i) => `a${i}=b`).join()]) {
  test(`env: "${list.slice(0, 20)}" is ignored, and said`, async () => {
    const { attributes, failed } = await detect({ detectors: ['env'] }, { OTEL_RESOURCE_ATTRIBUTES: list });
    assert.deepEqual([attributes, [...failed.keys()]], [{}, ['env']]);
    assert.match(failed.get('env') ?? '', /^OTEL_RESOURCE_ATTRIBUTES (?:is not of the form|has )/);
  });
}

test('system: this machine, its addresses only where they are asked for', async () => {
  const { attributes, failed } = await detect({});
  assert.equal(failed.size, 0);
  assert.equal(attributes['host.name'], hostname());
  assert.match(String(attributes['host.arch']), /^(?:amd64|arm64|arm32|x86)$/);
  assert.match(String(attributes['os.type']), /^(?:linux|windows|darwin)$/);
  assert.ok(attributes['os.version'] !== undefined && attributes['os.description'] !== undefined);
  const { 'host.id': id = 'none' } = attributes;
  assert.ok(typeof id === 'string' && /^(?:[0-9a-f-]+|none)$/i.test(id));
  assert.equal('host.ip' in attributes, false);
  const { attributes: more } = await detect({ host_ip: true });
  assert.ok(Array.isArray(more['host.ip']));
  assert.ok(!more['host.ip'].includes('127.0.0.1'));
});

test('of what two know, the first is believed', async () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'host.name=mine' };
  assert.equal((await detect({ detectors: ['env', 'system'] }, env)).attributes['host.name'], 'mine');
  assert.equal((await detect({ detectors: ['system', 'env'] }, env)).attributes['host.name'], hostname());
});

const IDENTITY = {
  region: 'eu-west-1',
  availabilityZone: 'eu-west-1b',
  accountId: '123456789012',
  instanceId: 'i-0abc',
  instanceType: 'm5.large',
};
test('ec2: with a token, never without', async (t) => {
  const endpoint = await service(t, ({ method, url, headers }) => {
    if (
      method === 'PUT' &&
      url === '/latest/api/token' &&
      headers['x-aws-ec2-metadata-token-ttl-seconds'] === '60'
    )
      return { text: 'token-1' };
    const isRight = url === '/latest/dynamic/instance-identity/document';
    if (isRight && headers['x-aws-ec2-metadata-token'] === 'token-1')
      return { text: JSON.stringify(IDENTITY) };
    return { status: 401, text: '' };
  });
  const { attributes, failed } = await detect({ detectors: ['ec2'], metadata_endpoint: endpoint });
  assert.deepEqual([...failed], []);
  assert.deepEqual(attributes, {
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_ec2',
    'cloud.region': 'eu-west-1',
    'cloud.availability_zone': 'eu-west-1b',
    'cloud.account.id': '123456789012',
    'host.id': 'i-0abc',
    'host.type': 'm5.large',
  });
});

const COMPUTE = {
  location: 'westeurope',
  zone: '',
  subscriptionId: 'sub-1',
  resourceId: '/subscriptions/sub-1/x',
  vmId: 'vm-1',
  vmSize: 'Standard_D4s_v5',
};
test('azure: what the instance is; no zone where it is in none', async (t) => {
  const endpoint = await service(t, ({ url, headers }) =>
    url?.startsWith('/metadata/instance/compute?api-version=') === true && headers['metadata'] === 'true'
      ? { text: JSON.stringify(COMPUTE) }
      : { status: 400, text: '' },
  );
  const { attributes } = await detect({ detectors: ['azure'], metadata_endpoint: endpoint });
  assert.deepEqual(attributes, {
    'cloud.provider': 'azure',
    'cloud.platform': 'azure.vm',
    'cloud.region': 'westeurope',
    'cloud.account.id': 'sub-1',
    'cloud.resource_id': '/subscriptions/sub-1/x',
    'host.id': 'vm-1',
    'host.type': 'Standard_D4s_v5',
  });
});

const GOOGLE: Readonly<Record<string, string>> = {
  'instance/zone': 'projects/1/zones/europe-west1-b',
  'instance/id': '42',
  'instance/machine-type': 'projects/1/machineTypes/n2-standard-4',
  'project/project-id': 'shop',
};
test('gcp: value by value', async (t) => {
  const endpoint = await service(t, ({ url, headers }) => {
    const text = GOOGLE[url?.replace('/computeMetadata/v1/', '') ?? ''];
    if (text === undefined || headers['metadata-flavor'] !== 'Google') return { status: 403, text: '' };
    return { headers: { 'Metadata-Flavor': 'Google' }, text };
  });
  const { attributes } = await detect({ detectors: ['gcp'], metadata_endpoint: endpoint });
  assert.deepEqual(attributes, {
    'cloud.provider': 'gcp',
    'cloud.platform': 'gcp_compute_engine',
    'cloud.region': 'europe-west1',
    'cloud.availability_zone': 'europe-west1-b',
    'cloud.account.id': 'shop',
    'host.id': '42',
    'host.type': 'n2-standard-4',
  });
});

type Answer = Parameters<typeof service>[1];
const wrong: readonly (readonly [
  title: string,
  detector: 'ec2' | 'azure' | 'gcp',
  answer: Answer,
  says: RegExp,
])[] = [
  ['nobody answers in time', 'azure', () => undefined, /timeout/],
  ['an error', 'ec2', () => ({ status: 500, text: 'no' }), /status 500/],
  [
    'elsewhere',
    'azure',
    () => ({ status: 302, headers: { Location: 'http://127.0.0.1:1/' }, text: '' }),
    /redirect/,
  ],
  ['no JSON', 'azure', () => ({ text: '<html>' }), /no JSON object/],
  ['no object', 'azure', () => ({ text: '[1]' }), /no JSON object/],
  ['an endless answer', 'azure', () => ({ text: 'x'.repeat(100_000) }), /more than 65536 bytes/],
  ['another service', 'gcp', () => ({ text: 'europe' }), /another service/],
];
for (const [title, detector, answer, says] of wrong) {
  test(`${detector}: ${title}: nothing is known, and why is said`, async (t) => {
    const endpoint = await service(t, answer);
    const config: Config = { detectors: [detector], metadata_endpoint: endpoint, timeout: '300ms' };
    const { attributes, failed } = await detect(config);
    assert.deepEqual(attributes, {});
    assert.match(failed.get(detector) ?? '', says);
  });
}

test('nobody listens: the others still tell', async () => {
  const config: Config = { detectors: ['gcp', 'env'], metadata_endpoint: 'http://127.0.0.1:1' };
  const { attributes, failed } = await detect(config, { K8S_NODE_NAME: 'n' });
  assert.deepEqual([attributes, [...failed.keys()]], [{ 'k8s.node.name': 'n' }, ['gcp']]);
});

test('texts that are none, or too long, are left out', async (t) => {
  const document = { ...IDENTITY, region: 7, instanceId: 'x'.repeat(2000), accountId: null };
  const endpoint = await service(t, () => ({ text: JSON.stringify(document) }));
  const { attributes } = await detect({ detectors: ['ec2'], metadata_endpoint: endpoint });
  assert.deepEqual(Object.keys(attributes).toSorted(), [
    'cloud.availability_zone',
    'cloud.platform',
    'cloud.provider',
    'host.type',
  ]);
});
