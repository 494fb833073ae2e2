import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attributes } from '@opentelemetry/api';
import { cloudOfNode } from './node_labels.ts';

const LABELS = {
  'topology.kubernetes.io/region': 'eu-1',
  'topology.kubernetes.io/zone': 'eu-1b',
  'node.kubernetes.io/instance-type': 'm5.large',
};
const FROM_LABELS = { 'cloud.region': 'eu-1', 'cloud.availability_zone': 'eu-1b', 'host.type': 'm5.large' };
const AZURE = '/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/win0';

const cases: readonly (readonly [string, Record<string, string>, string | undefined, Attributes])[] = [
  ['nothing', {}, undefined, {}],
  ['labels alone', LABELS, undefined, FROM_LABELS],
  ['Amazon', LABELS, 'aws:///eu-1b/i-0abc', { ...FROM_LABELS, 'cloud.provider': 'aws', 'host.id': 'i-0abc' }],
  [
    'Azure, in no zone',
    { ...LABELS, 'topology.kubernetes.io/zone': '0' },
    `azure://${AZURE}`,
    {
      'cloud.provider': 'azure',
      'cloud.region': 'eu-1',
      'host.type': 'm5.large',
      'cloud.account.id': 'sub-1',
      'cloud.resource_id': AZURE,
    },
  ],
  ['Google', {}, 'gce://shop/eu-1b/win0', { 'cloud.provider': 'gcp', 'cloud.account.id': 'shop' }],
  ['another provider', LABELS, 'kind://docker/kind/node', FROM_LABELS],
  ['a name of an object', {}, 'constructor://x', {}],
  ['no provider id', {}, 'x', {}],
  ['texts without an end', { 'topology.kubernetes.io/region': 'x'.repeat(2000) }, undefined, {}],
];
for (const [title, labels, providerId, attributes] of cases) {
  test(`a node's cloud: ${title}`, () => {
    assert.deepEqual(cloudOfNode(labels, providerId), attributes);
  });
}
