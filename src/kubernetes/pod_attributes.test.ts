import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { kubernetesConfig } from './config.ts';
import { Extraction } from './extraction.ts';
import { podAttributes } from './pod_attributes.ts';
import { readPod } from './pod_facts.ts';

type Extract = NonNullable<z.input<typeof kubernetesConfig>['extract']>;

/** The attributes of a pod with that metadata, as configured. */
function attributesOf(
  metadata: Record<string, unknown>,
  extract: Extract = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const config = kubernetesConfig.parse({ extract }).extract;
  const extraction = new Extraction(config);
  const pod = readPod({ metadata: { uid: 'u', name: 'n', namespace: 'ns', ...metadata }, ...rest }, (name) =>
    extraction.wants(name),
  );
  assert.ok(pod !== undefined);
  return { ...podAttributes(pod, { metadata: new Set(config.metadata), extraction }, 'cluster') };
}
const owned = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'x', kind, name, uid: 'owner-uid' }],
});
const created = (text: string) => ({ creationTimestamp: text });
const OF_CLUSTER = { 'k8s.cluster.uid': 'cluster' };

// Names and rules as in the Collector's k8s_attributes processor 1.4.
const OWNERS: readonly (readonly [
  title: string,
  metadata: Record<string, unknown>,
  Record<string, unknown>,
])[] = [
  ['nobody', {}, {}],
  [
    'a Deployment’s ReplicaSet',
    { ...owned('ReplicaSet', 'web-7d9f'), labels: { 'pod-template-hash': '7d9f' } },
    { 'k8s.replicaset.name': 'web-7d9f', 'k8s.replicaset.uid': 'owner-uid', 'k8s.deployment.name': 'web' },
  ],
  [
    'a ReplicaSet of its own',
    owned('ReplicaSet', 'web-7d9f'),
    { 'k8s.replicaset.name': 'web-7d9f', 'k8s.replicaset.uid': 'owner-uid' },
  ],
  [
    'a ReplicaSet with another hash',
    { ...owned('ReplicaSet', 'web-7d9f'), labels: { 'pod-template-hash': '9f' } },
    { 'k8s.replicaset.name': 'web-7d9f', 'k8s.replicaset.uid': 'owner-uid' },
  ],
  [
    'a StatefulSet',
    owned('StatefulSet', 'db'),
    { 'k8s.statefulset.name': 'db', 'k8s.statefulset.uid': 'owner-uid' },
  ],
  [
    'a DaemonSet',
    owned('DaemonSet', 'log'),
    { 'k8s.daemonset.name': 'log', 'k8s.daemonset.uid': 'owner-uid' },
  ],
  ['a Job', owned('Job', 'load'), { 'k8s.job.name': 'load', 'k8s.job.uid': 'owner-uid' }],
  [
    'a CronJob’s Job',
    { ...owned('Job', 'clean-29500000'), ...created('2026-02-02T10:40:30Z') },
    {
      'k8s.job.name': 'clean-29500000',
      'k8s.job.uid': 'owner-uid',
      'k8s.cronjob.name': 'clean',
      'k8s.pod.start_time': '2026-02-02T10:40:30Z',
    },
  ],
  [
    'a Job named by a date',
    { ...owned('Job', 'load-20260202'), ...created('2026-02-02T10:40:30Z') },
    {
      'k8s.job.name': 'load-20260202',
      'k8s.job.uid': 'owner-uid',
      'k8s.pod.start_time': '2026-02-02T10:40:30Z',
    },
  ],
  ['what is not known here', owned('Rollout', 'web'), {}],
];
for (const [title, metadata, expected] of OWNERS) {
  test(`a pod that was made by ${title}`, () => {
    assert.deepEqual(attributesOf(metadata), { ...OF_CLUSTER, ...expected });
  });
}

const metadata: string[] = [];
const FIELDS: readonly (readonly [
  title: string,
  extract: Extract,
  fields: Record<string, unknown>,
  Record<string, string>,
])[] = [
  [
    'a label by its key',
    { labels: [{ key: 'app' }] },
    { labels: { app: 'web', tier: '1' } },
    { 'k8s.pod.label.app': 'web' },
  ],
  [
    'a label under another name',
    { labels: [{ key: 'app', tag_name: 'team.app' }] },
    { labels: { app: 'web' } },
    { 'team.app': 'web' },
  ],
  ['a label that is absent', { labels: [{ key: 'app' }] }, {}, {}],
  [
    'annotations by a pattern, which has to match all of the key',
    { annotations: [{ key_regex: 'x/.*' }] },
    { annotations: { 'x/a': '1', 'yx/b': '2' } },
    { 'k8s.pod.annotation.x/a': '1' },
  ],
  [
    'names from groups',
    { annotations: [{ key_regex: 'x/(.*)', tag_name: 'own.$1' }] },
    { annotations: { 'x/a': '1' } },
    { 'own.a': '1' },
  ],
  [
    'annotations of OpenTelemetry',
    { otel_annotations: true },
    { annotations: { 'resource.opentelemetry.io/deployment.environment.name': 'prod' } },
    { 'deployment.environment.name': 'prod' },
  ],
  [
    'none of them where they are not wanted',
    { otel_annotations: false },
    { annotations: { 'resource.opentelemetry.io/deployment.environment.name': 'prod' } },
    {},
  ],
  [
    'a pod does not say who it is, or where',
    { otel_annotations: true, annotations: [{ key_regex: 'x/(.*)', tag_name: '$1' }] },
    {
      annotations: {
        'resource.opentelemetry.io/k8s.namespace.name': 'kube-system',
        'resource.opentelemetry.io/K8S.pod.name': 'other',
        'resource.opentelemetry.io/container.id': 'other',
        'resource.opentelemetry.io/host.name': 'other',
        'resource.opentelemetry.io/': 'nameless',
        'x/sigel.attribution.method': 'pid',
        'x/containers': 'of no such namespace',
      },
    },
    { containers: 'of no such namespace' },
  ],
];
for (const [title, extract, fields, expected] of FIELDS) {
  test(`extracted: ${title}`, () => {
    assert.deepEqual(attributesOf(fields, { metadata, ...extract }), expected);
  });
}

test('only the metadata that is asked for', () => {
  const rest = { spec: { nodeName: 'node-1', hostname: 'web' }, status: { podIP: '10.1.2.3' } };
  const asked = ['k8s.pod.ip', 'k8s.pod.hostname', 'k8s.node.name'];
  assert.deepEqual(attributesOf(owned('Job', 'x'), { metadata: asked }, rest), {
    'k8s.pod.ip': '10.1.2.3',
    'k8s.pod.hostname': 'web',
    'k8s.node.name': 'node-1',
  });
  assert.equal(attributesOf({}, {}, rest)['k8s.pod.ip'], undefined, 'not by default');
});

test('more annotations than a resource should hold', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x/${1000 + i}`, 'v']));
  const found = attributesOf({ annotations: many }, { metadata, annotations: [{ key_regex: 'x/.*' }] });
  assert.equal(Object.keys(found).length, 64);
});

const WRONG: readonly (readonly [title: string, value: unknown])[] = [
  ['not an object', 'pod'],
  ['nothing', null],
  ['a list', []],
  ['without a uid', { metadata: { name: 'n', namespace: 'ns' } }],
  ['with a number as its name', { metadata: { name: 1, uid: 'u', namespace: 'ns' } }],
  ['with a name of any length', { metadata: { name: 'n'.repeat(254), uid: 'u', namespace: 'ns' } }],
];
for (const [title, value] of WRONG) {
  test(`no pod: ${title}`, () =>
    assert.equal(
      readPod(value, () => true),
      undefined,
    ));
}

test('what is odd about a pod is left out', () => {
  const found = attributesOf(
    {
      creationTimestamp: 'yesterday',
      labels: { app: 5, long: 'x'.repeat(5000), ok: 'yes' },
      annotations: ['x'],
      ownerReferences: [null, { kind: 'Job' }, { kind: 'Job', name: 'load', uid: 'u' }],
    },
    { labels: [{ key_regex: '.*' }], annotations: [{ key_regex: '.*' }] },
    { spec: 7, status: { podIP: {} } },
  );
  assert.deepEqual(found, {
    ...OF_CLUSTER,
    'k8s.job.name': 'load',
    'k8s.job.uid': 'u',
    'k8s.pod.label.ok': 'yes',
  });
});

const CONFIGS: readonly (readonly [title: string, config: object, message: RegExp])[] = [
  ['HTTP', { server: 'http://api' }, /https:\/\/HOST:PORT/],
  ['a name that is no metadata', { extract: { metadata: ['k8s.pod.mood'] } }, /k8s\.pod\.start_time/],
  ['neither key nor pattern', { extract: { labels: [{}] } }, /either "key" or "key_regex"/],
  ['both', { extract: { labels: [{ key: 'a', key_regex: 'b' }] } }, /either "key" or "key_regex"/],
  ['a pattern that is none', { extract: { labels: [{ key_regex: '(' }] } }, /RE2/],
];
for (const [title, config, message] of CONFIGS) {
  test(`the configuration: ${title}`, () => {
    const { error } = kubernetesConfig.safeParse(config);
    assert.match(error?.issues[0]?.message ?? '', message);
  });
}
