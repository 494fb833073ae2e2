import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KEYS } from './config.ts';

/** Says what a record is counted with, as a text for people. */
export type GroupOf = (record: LogRecord) => string;

type Key = (typeof KEYS)[number];

/** Counted together: what is of no container. */
const NODE = 'the node';

/** Records that agree in all of the keys are counted together. Texts of a resource are made once. */
export function grouping(by: readonly Key[]): GroupOf {
  const known = new WeakMap<Resource, string>();
  const ofResource = ({ resource }: LogRecord): string => {
    let text = known.get(resource);
    if (text === undefined) {
      text = resourceText(resource, by);
      known.set(resource, text);
    }
    return text;
  };
  if (!by.includes('event_name')) return ofResource;
  if (by.length === 1) return ({ eventName }) => eventName;
  return (record) => `${ofResource(record)} ${record.eventName}`;
}

function resourceText({ attributes }: Resource, by: readonly Key[]): string {
  const of = (key: { readonly name: string }): string | undefined => {
    const value = attributes[key.name];
    return typeof value === 'string' ? value : undefined;
  };
  const namespace = of(ResourceAttr.k8sNamespaceName);
  const id = of(ResourceAttr.containerId);
  if (!by.includes('container')) return by.includes('namespace') ? (namespace ?? NODE) : 'all';
  if (id === undefined) return NODE;
  // The id tells a container from the one that it was restarted as, and those of containerd from each other.
  const path = [namespace, of(ResourceAttr.k8sPodName), of(ResourceAttr.k8sContainerName)];
  return [...path.filter((part) => part !== undefined), id.slice(0, 12)].join('/');
}
