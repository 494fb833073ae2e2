import type { HrTime } from '@opentelemetry/api';
import { isId } from './bounds.ts';
import type { Answer, ContainerdClient } from './client.ts';
import type { Container, ContainerDetails } from './facts.ts';
import { Containers } from './generated/containers_pb.ts';
import { Namespaces } from './generated/namespaces_pb.ts';
import { type Process, Status } from './generated/task_pb.ts';
import { Tasks } from './generated/tasks_pb.ts';
import { MAX_SYSTEM_PID } from './pid_index.ts';
import { readDetails } from './read_container.ts';
import type { Listed, ListedTask } from './reconcile.ts';
import { timeOf } from './time.ts';

/** More namespaces than anybody has; `*` must not become endless work. */
const MAX_NAMESPACES = 64;

/** The namespaces to look at: those that are configured, or all that containerd has. */
export async function listNamespaces(
  client: ContainerdClient,
  configured: readonly string[],
  signal: AbortSignal,
): Promise<Answer<readonly string[]>> {
  if (!configured.includes('*')) return { kind: 'answer', value: configured };
  const listed = await client.call(Namespaces.method.list, {}, { signal });
  if (listed.kind === 'failed') return listed;
  const names = listed.value.namespaces.map(({ name }) => name).filter(isId);
  return { kind: 'answer', value: names.slice(0, MAX_NAMESPACES) };
}

/** Everything in one namespace; at most `max` containers of it. */
export async function listNamespace(
  client: ContainerdClient,
  namespace: string,
  options: { readonly isKubelets: boolean; readonly max: number; readonly signal: AbortSignal },
): Promise<Answer<Listed>> {
  const { isKubelets, max, signal } = options;
  const containers = new Map<string, ContainerDetails>();
  const streamed = await client.stream(
    Containers.method.listStream,
    {},
    { namespace, signal, bounded: true },
    ({ container }) => {
      if (container !== undefined && isId(container.id) && containers.size < max)
        containers.set(container.id, readDetails(container, isKubelets));
    },
  );
  if (streamed.kind === 'failed') return streamed;
  const listed = await client.call(Tasks.method.list, {}, { namespace, signal });
  if (listed.kind === 'failed') return listed;
  const tasks = new Map<string, ListedTask>();
  for (const process of listed.value.tasks) {
    // containerd fills `id`, and mostly leaves the container's own field empty.
    const id = process.containerId === '' ? process.id : process.containerId;
    if (isId(id) && process.pid > 0 && tasks.size < max) tasks.set(id, taskOf(process));
  }
  return { kind: 'answer', value: { namespace, containers, tasks } };
}

/** More processes than a container has. */
const MAX_PIDS = 65_536;

/** The pids of a container's processes now; empty where containerd does not say, or they are not this node's. */
export async function listPids(
  client: ContainerdClient,
  { namespace, id, details }: Container,
  signal: AbortSignal,
): Promise<readonly number[]> {
  if (details.isolation === 'hyperv' || details.isolation === 'unknown') return [];
  const listed = await client.call(Tasks.method.listPids, { containerId: id }, { namespace, signal });
  if (listed.kind === 'failed') return [];
  const pids = listed.value.processes.map(({ pid }) => pid);
  return pids.filter((pid) => pid > MAX_SYSTEM_PID).slice(0, MAX_PIDS);
}

function taskOf({ pid, status, exitStatus, exitedAt }: Process): ListedTask {
  const at: HrTime | undefined = timeOf(exitedAt);
  return { pid, state: stateOf(status), exitCode: exitStatus, exitedAt: at };
}

function stateOf(status: Status): ListedTask['state'] {
  if (status === Status.CREATED) return 'created';
  return status === Status.STOPPED ? 'stopped' : 'running';
}
