import type { PodFacts } from './pod_facts.ts';

/** The label that a Deployment gives its pods, and whose value it puts behind its ReplicaSets' names. */
const TEMPLATE_HASH = 'pod-template-hash';
/** A CronJob puts the minute that a Job is for behind its name. */
const CRON_SUFFIX = /^(.+)-(\d{8})$/;
/** A Job runs a little before or after its minute; other eight digits are somebody's date. */
const MAX_SKEW_MINUTES = 60 * 24;

/**
 * The Deployment of a ReplicaSet, from the names, without asking for the ReplicaSet. Undefined where a ReplicaSet is
 * nobody's: then the hash is not there.
 */
export function deploymentOf(replicaSet: string, pod: PodFacts): string | undefined {
  const hash = pod.labels.get(TEMPLATE_HASH) ?? '';
  const suffix = `-${hash}`;
  const isMade = hash !== '' && replicaSet.length > suffix.length && replicaSet.endsWith(suffix);
  return isMade ? replicaSet.slice(0, -suffix.length) : undefined;
}

/** The CronJob of a Job, from its name and when its pod was created; undefined where it seems to be nobody's. */
export function cronJobOf(job: string, pod: PodFacts): string | undefined {
  const [, name, minute] = CRON_SUFFIX.exec(job) ?? [];
  if (name === undefined || pod.createdAt === undefined) return undefined;
  const skew = Math.abs(Date.parse(pod.createdAt) / 60_000 - Number(minute));
  return skew <= MAX_SKEW_MINUTES ? name : undefined;
}
