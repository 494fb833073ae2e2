import type { HrTime } from '@opentelemetry/api';
import { boundedLabels } from '../bounds.ts';
import type { Change, ContainerDetails, Fact, JobFacts } from '../facts.ts';
import type { FactLine, WrittenLine } from './schema.ts';
import { timeText } from './time_text.ts';

type WrittenDetails = Extract<WrittenLine, { kind: 'container' }>['details'];
type Told = Exclude<Change, { kind: 'forget' | 'synced' | 'lost' }>;

/** The line of a change that was told at a time; undefined for one that says nothing of its container. */
export function lineOf(change: Told, told: HrTime): WrittenLine | undefined {
  const { kind, container, process, at, origin } = change;
  const subject = {
    told: timeText(told),
    ...(at === undefined ? {} : { at: timeText(at) }),
    ...(origin === 'event' ? {} : { origin }),
    namespace: container.namespace,
    id: container.id,
  };
  switch (kind) {
    case 'create':
    case 'update':
      return { kind: 'container', ...subject, details: writtenDetails(container.details) };
    case 'task':
    case 'start':
      return process && { kind, ...subject, pid: process.pid };
    case 'exec':
      return process?.execId === undefined
        ? undefined
        : { kind, ...subject, exec_id: process.execId, pid: process.pid };
    case 'exit': {
      if (process === undefined) return undefined;
      const { execId, pid, exitCode } = process;
      return { kind, ...subject, ...given({ exec_id: execId }), pid, ...given({ exit_code: exitCode }) };
    }
    case 'job':
      return container.job && { kind, ...subject, job: writtenJob(container.job) };
    case 'oom':
    case 'delete':
      return { kind, ...subject };
  }
}

/** The fact that a line tells. */
export function factOf(line: FactLine): Fact {
  const { namespace, id, at } = line;
  const subject = { namespace, id, at };
  switch (line.kind) {
    case 'container':
      return { kind: 'container', ...subject, details: detailsOf(line.details) };
    case 'task':
    case 'start':
      return { kind: line.kind, ...subject, pid: line.pid };
    case 'exec':
      return { kind: 'exec', ...subject, execId: line.exec_id, pid: line.pid };
    case 'exit':
      return { kind: 'exit', ...subject, execId: line.exec_id, pid: line.pid, exitCode: line.exit_code };
    case 'job': {
      const { silo_id: siloId, job_id: jobId, session, pids } = line.job;
      return { kind: 'job', ...subject, job: { siloId, jobId, session, pids } };
    }
    case 'oom':
    case 'delete':
      return { kind: line.kind, ...subject };
  }
}

function writtenJob({ siloId, jobId, session, pids }: JobFacts) {
  return { ...given({ silo_id: siloId, job_id: jobId, session }), pids: [...pids] };
}

function writtenDetails(details: ContainerDetails): WrittenDetails {
  const { kind: type, isolation, labels, image, runtime, createdAt, sandboxId } = details;
  const { kubernetes, podLabels, complete } = details;
  return {
    type,
    isolation,
    labels: Object.fromEntries(labels),
    ...(image === undefined
      ? {}
      : { image: { name: image.name, tags: [...image.tags], repo_digests: [...image.repoDigests] } }),
    runtime,
    ...(createdAt === undefined ? {} : { created_at: timeText(createdAt) }),
    ...given({ sandbox_id: sandboxId }),
    ...(kubernetes === undefined
      ? {}
      : {
          kubernetes: {
            namespace: kubernetes.namespace,
            pod_name: kubernetes.podName,
            pod_uid: kubernetes.podUid,
            ...given({ container_name: kubernetes.containerName, restart_count: kubernetes.restartCount }),
          },
        }),
    pod_labels: Object.fromEntries(podLabels),
    complete,
  };
}

function detailsOf(details: Extract<FactLine, { kind: 'container' }>['details']): ContainerDetails {
  const { type: kind, isolation, runtime, complete, image, kubernetes } = details;
  return {
    kind,
    isolation,
    labels: boundedLabels(details.labels),
    image: image && { name: image.name, tags: image.tags, repoDigests: image.repo_digests },
    runtime,
    createdAt: details.created_at,
    sandboxId: details.sandbox_id,
    kubernetes: kubernetes && {
      namespace: kubernetes.namespace,
      podName: kubernetes.pod_name,
      podUid: kubernetes.pod_uid,
      containerName: kubernetes.container_name,
      restartCount: kubernetes.restart_count,
    },
    podLabels: boundedLabels(details.pod_labels),
    complete,
  };
}

/** Without what is undefined: a line has no key for it. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
