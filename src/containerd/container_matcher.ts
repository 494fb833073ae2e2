import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import { anyOf } from '../model/wildcard.ts';
import type { ContainerMatcher } from './container_matcher_config.ts';

/** Whether records with the resource of a container are meant. */
export type ContainerTest = (resource: Resource) => boolean;

/** The test that a condition stands for. */
export function containerTest({ namespaces, pods, labels = {}, images }: ContainerMatcher): ContainerTest {
  const tests = [
    ...(namespaces === undefined ? [] : [named(ResourceAttr.k8sNamespaceName.name, namespaces)]),
    ...(pods === undefined ? [] : [named(ResourceAttr.k8sPodName.name, pods)]),
    ...Object.entries(labels).map(([label, pattern]) => named(`k8s.pod.label.${label}`, [pattern])),
    ...(images === undefined ? [] : [imaged(images)]),
  ];
  return (resource) => tests.every((meets) => meets(resource));
}

function named(attribute: string, patterns: readonly string[]): ContainerTest {
  const matches = anyOf(patterns);
  return ({ attributes }) => {
    const value = attributes[attribute];
    return typeof value === 'string' && matches(value);
  };
}

function imaged(patterns: readonly string[]): ContainerTest {
  const matches = anyOf(patterns);
  return (resource) => imagesOf(resource).some(matches);
}

/** `name`, `name:tag`, `name@digest`: as people write images. */
function imagesOf({ attributes }: Resource): readonly string[] {
  const name = attributes[ResourceAttr.containerImageName.name];
  if (typeof name !== 'string') return [];
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  const tagged = texts(attributes[ResourceAttr.containerImageTags.name]).map((tag) => `${name}:${tag}`);
  return [name, ...tagged, ...texts(attributes[ResourceAttr.containerImageRepoDigests.name])];
}
