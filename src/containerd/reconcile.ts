import type { HrTime } from '@opentelemetry/api';
import { isAlive } from './entry.ts';
import type { ContainerDetails, Origin } from './facts.ts';
import type { ContainerStore } from './store.ts';
import { timeNow } from './time.ts';

/** A task as containerd lists it. */
export interface ListedTask {
  readonly pid: number;
  readonly state: 'created' | 'running' | 'stopped';
  readonly exitCode: number;
  readonly exitedAt: HrTime | undefined;
}

/** Everything that containerd has in one namespace. */
export interface Listed {
  readonly namespace: string;
  readonly containers: ReadonlyMap<string, ContainerDetails>;
  readonly tasks: ReadonlyMap<string, ListedTask>;
}

/** When a list was made. */
export interface ListMoment {
  /** The store's sequence before the list was asked for: what an event touched since then is newer. */
  readonly since: number;
  readonly origin: Origin;
  /** Whether events of a container wait to be applied; the list says nothing new of it then. */
  readonly isPending: (namespace: string, id: string) => boolean;
}

/** Makes the store say what the list says, where no event said something newer. */
export function reconcile(store: ContainerStore, listed: Listed, moment: ListMoment): void {
  const { namespace } = listed;
  const isNewer = (id: string): boolean =>
    (store.get(namespace, id)?.touched ?? 0) > moment.since || moment.isPending(namespace, id);
  for (const [id, details] of listed.containers) {
    if (isNewer(id)) continue;
    store.apply({ kind: 'container', namespace, id, at: undefined, details }, moment.origin);
    applyTask(store, namespace, id, listed.tasks.get(id), moment.origin);
  }
  for (const entry of store.all()) {
    if (entry.namespace !== namespace || entry.deletedAt !== undefined) continue;
    if (listed.containers.has(entry.id) || isNewer(entry.id)) continue;
    endTask(store, namespace, entry.id, moment.origin);
    store.apply({ kind: 'delete', namespace, id: entry.id, at: timeNow() }, moment.origin);
  }
}

function applyTask(
  store: ContainerStore,
  namespace: string,
  id: string,
  task: ListedTask | undefined,
  origin: Origin,
): void {
  const known = store.get(namespace, id)?.init;
  if (task === undefined || (isAlive(known) && known.pid !== task.pid)) endTask(store, namespace, id, origin);
  if (task === undefined) return;
  const subject = { namespace, id, pid: task.pid };
  if (task.state === 'stopped') {
    const { exitCode, exitedAt } = task;
    if (isAlive(known) && known.pid === task.pid)
      store.apply({ kind: 'exit', ...subject, execId: undefined, exitCode, at: exitedAt }, origin);
    return;
  }
  store.apply({ kind: task.state === 'created' ? 'task' : 'start', ...subject, at: undefined }, origin);
}

/** A task that is gone, nobody knows when and how; what ran in it is gone too. */
function endTask(store: ContainerStore, namespace: string, id: string, origin: Origin): void {
  const entry = store.get(namespace, id);
  for (const process of [...(entry?.execs.values() ?? []), entry?.init]) {
    if (!isAlive(process)) continue;
    const { execId, pid } = process;
    store.apply({ kind: 'exit', namespace, id, execId, pid, exitCode: undefined, at: timeNow() }, origin);
  }
}
