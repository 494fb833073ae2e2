import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attributes } from '@opentelemetry/api';
import { withService } from './service_attributes.ts';

const POD = {
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': 'web-5d4f8c7b9d-x2k9z',
  'k8s.container.name': 'app',
};
const HASH = { 'k8s.pod.label.pod-template-hash': '5d4f8c7b9d' };
const APP = { 'k8s.pod.label.app.kubernetes.io/name': 'web-app' };
const INSTANCE = { 'k8s.pod.label.app.kubernetes.io/instance': 'web-eu' };
const SAYS = { 'k8s.pod.annotation.resource.opentelemetry.io/service.name': 'front' };

// What has a name, from the last resort to the pod's own word; each with all that is weaker.
const names: readonly (readonly [title: string, attributes: Attributes, name: string])[] = [
  ['the image', { 'container.id': 'f00', 'container.name': 'f00', 'container.image.name': 'a.io/b/c' }, 'c'],
  ['the container without an image', { 'container.id': 'f00', 'container.name': 'f00' }, 'f00'],
  [
    'the container’s own name',
    { 'container.id': 'f00', 'container.name': 'c1', 'container.image.name': 'x' },
    'c1',
  ],
  ['the container of a pod', { 'container.name': 'app', 'k8s.container.name': 'app' }, 'app'],
  ['the pod', { ...POD, 'k8s.pod.name': 'job-1' }, 'job-1'],
  ['the Job', { ...POD, 'k8s.job.name': 'j-1' }, 'j-1'],
  ['the CronJob', { ...POD, 'k8s.job.name': 'j-1', 'k8s.cronjob.name': 'j' }, 'j'],
  ['the DaemonSet', { ...POD, 'k8s.daemonset.name': 'd' }, 'd'],
  ['the StatefulSet', { ...POD, 'k8s.statefulset.name': 's', 'k8s.daemonset.name': 'd' }, 's'],
  ['the ReplicaSet', { ...POD, 'k8s.replicaset.name': 'r', 'k8s.statefulset.name': 's' }, 'r'],
  ['the Deployment', { ...POD, 'k8s.deployment.name': 'w', 'k8s.replicaset.name': 'r' }, 'w'],
  ['the Deployment that the pod’s name tells', { ...POD, ...HASH }, 'web'],
  ['the label of the name', { ...POD, ...HASH, ...APP }, 'web-app'],
  ['the label of the instance', { ...POD, ...HASH, ...APP, ...INSTANCE }, 'web-eu'],
  [
    'an empty label is none',
    { ...POD, ...HASH, ...APP, 'k8s.pod.label.app.kubernetes.io/instance': '' },
    'web-app',
  ],
  ['the annotation', { ...POD, ...HASH, ...APP, ...INSTANCE, ...SAYS }, 'front'],
  ['what is configured', { ...POD, ...SAYS, 'service.name': 'mine' }, 'mine'],
];
for (const [title, attributes, name] of names) {
  test(`a service is named by ${title}`, () => {
    assert.equal(withService(attributes)['service.name'], name);
  });
}

const IMAGE = { 'container.image.tags': ['1.2'], 'container.image.repo_digests': ['a/b@sha256:00'] };
const VERSION = { 'k8s.pod.label.app.kubernetes.io/version': '7' };
const ANNOTATED = (name: string, value: string) => ({
  [`k8s.pod.annotation.resource.opentelemetry.io/${name}`]: value,
});
const rest: readonly (readonly [
  title: string,
  attributes: Attributes,
  name: string,
  value: string | undefined,
])[] = [
  ['the namespace', POD, 'service.namespace', 'shop'],
  ['an annotated namespace', { ...POD, ...ANNOTATED('service.namespace', 'eu') }, 'service.namespace', 'eu'],
  ['no namespace', { 'container.name': 'x' }, 'service.namespace', undefined],
  ['tag and digest', IMAGE, 'service.version', '1.2@sha256:00'],
  ['a tag alone', { ...IMAGE, 'container.image.repo_digests': undefined }, 'service.version', '1.2'],
  ['a digest alone', { ...IMAGE, 'container.image.tags': [] }, 'service.version', 'sha256:00'],
  ['the version’s label', { ...IMAGE, ...VERSION }, 'service.version', '7'],
  [
    'an annotated version',
    { ...IMAGE, ...VERSION, ...ANNOTATED('service.version', '8') },
    'service.version',
    '8',
  ],
  ['no instance', { ...POD, 'k8s.pod.uid': 'u' }, 'service.instance.id', undefined],
  ['an annotated instance', { ...POD, ...ANNOTATED('service.instance.id', 'i') }, 'service.instance.id', 'i'],
];
for (const [title, attributes, name, value] of rest) {
  test(`${name}: ${title}`, () => {
    assert.equal(withService(attributes)[name], value);
  });
}

const pods: readonly (readonly [pod: string, hash: string, deployment: string | undefined])[] = [
  ['web-5d4f8c7b9d-x2k9z', '5d4f8c7b9d', 'web'],
  ['web-front-5d4-x2k9z', '5d4', 'web-front'],
  ['web-5d4-x2k9z', '5d', undefined],
  ['web-5d4-x2k9', '5d4', undefined],
  ['web-5d4-aeiou', '5d4', undefined],
  ['-5d4-x2k9z', '5d4', undefined],
  ['5d4-x2k9z', '5d4', undefined],
  ['web', '5d4', undefined],
  ['web-5d4-x2k9z', '', undefined],
  // Kubernetes cuts names at 58 characters before the suffix.
  [`${'w'.repeat(55)}-5dx2k9z`, '5d4', undefined],
];
for (const [pod, hash, deployment] of pods) {
  test(`pod ${pod} with the hash "${hash}" is of ${deployment ?? 'no Deployment that is known'}`, () => {
    const got = withService({ 'k8s.pod.name': pod, 'k8s.pod.label.pod-template-hash': hash });
    assert.equal(got['k8s.deployment.name'], deployment);
    assert.equal(got['k8s.replicaset.name'], deployment === undefined ? undefined : `${deployment}-${hash}`);
  });
}

test('what an owner is known to be is not guessed', () => {
  const got = withService({
    ...POD,
    ...HASH,
    'k8s.deployment.name': 'other',
    'k8s.replicaset.name': 'other-1',
  });
  assert.deepEqual([got['k8s.deployment.name'], got['k8s.replicaset.name']], ['other', 'other-1']);
});
