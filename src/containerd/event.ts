import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import type { HrTime } from '@opentelemetry/api';
import { isId } from './bounds.ts';
import type { Fact } from './facts.ts';
import type { Envelope } from './generated/envelope_pb.ts';
import {
  ContainerCreateSchema,
  ContainerDeleteSchema,
  ContainerUpdateSchema,
  TaskCreateSchema,
  TaskDeleteSchema,
  TaskExecStartedSchema,
  TaskExitSchema,
  TaskOOMSchema,
  TaskStartSchema,
} from './generated/events_pb.ts';
import { timeOf } from './time.ts';

/** What an event of containerd says. */
export type ContainerdEvent =
  | { readonly kind: 'fact'; readonly fact: Exclude<Fact, { kind: 'container' }> }
  /** There is a new container, or it was changed: containerd knows what the event does not say. */
  | {
      readonly kind: 'created' | 'updated';
      readonly namespace: string;
      readonly id: string;
      readonly at: HrTime | undefined;
      readonly image: string;
      readonly runtime: string;
    }
  /** Of no interest. */
  | { readonly kind: 'other' }
  | { readonly kind: 'bad' };

type Said = { readonly namespace: string; readonly at: HrTime | undefined };
type Reader = (bytes: Uint8Array, said: Said) => ContainerdEvent;

const OTHER: ContainerdEvent = { kind: 'other' };
const BAD: ContainerdEvent = { kind: 'bad' };

/** Reads an event. What is damaged, or names what cannot be an id, is `bad`. */
export function readEvent(envelope: Envelope): ContainerdEvent {
  const { event, namespace } = envelope;
  if (event === undefined || !isId(namespace)) return BAD;
  // Type URLs of containerd have no host in front, others' may.
  const read = READERS.get(event.typeUrl.slice(event.typeUrl.lastIndexOf('/') + 1));
  if (read === undefined) return OTHER;
  try {
    return checked(read(event.value, { namespace, at: timeOf(envelope.timestamp) }));
  } catch {
    return BAD;
  }
}

function checked(event: ContainerdEvent): ContainerdEvent {
  if (event.kind === 'created' || event.kind === 'updated') return isId(event.id) ? event : BAD;
  if (event.kind !== 'fact') return event;
  const { fact } = event;
  const execId = fact.kind === 'exec' || fact.kind === 'exit' ? fact.execId : undefined;
  return isId(fact.id) && (execId === undefined || isId(execId)) ? event : BAD;
}

function reader<D extends DescMessage>(
  schema: D,
  read: (message: MessageShape<D>, said: Said) => ContainerdEvent,
): readonly [string, Reader] {
  return [schema.typeName, (bytes, said) => read(fromBinary(schema, bytes), said)];
}

function fact(fact: Exclude<Fact, { kind: 'container' }>): ContainerdEvent {
  return { kind: 'fact', fact };
}

const READERS: ReadonlyMap<string, Reader> = new Map([
  reader(ContainerCreateSchema, ({ id, image, runtime }, said) => {
    return { ...said, kind: 'created', id, image, runtime: runtime?.name ?? '' };
  }),
  reader(ContainerUpdateSchema, ({ id }, said) => {
    return { ...said, kind: 'updated', id, image: '', runtime: '' };
  }),
  reader(ContainerDeleteSchema, ({ id }, said) => fact({ ...said, kind: 'delete', id })),
  reader(TaskCreateSchema, ({ containerId: id, pid }, said) => fact({ ...said, kind: 'task', id, pid })),
  reader(TaskStartSchema, ({ containerId: id, pid }, said) => fact({ ...said, kind: 'start', id, pid })),
  reader(TaskExecStartedSchema, ({ containerId: id, execId, pid }, said) =>
    fact({ ...said, kind: 'exec', id, execId, pid }),
  ),
  reader(TaskExitSchema, (exit, said) => exited(exit, said)),
  // A task that is deleted has exited; mostly /tasks/exit said so before.
  reader(TaskDeleteSchema, (exit, said) => exited(exit, said)),
  reader(TaskOOMSchema, ({ containerId: id }, said) => fact({ ...said, kind: 'oom', id })),
]);

function exited(
  exit: MessageShape<typeof TaskExitSchema> | MessageShape<typeof TaskDeleteSchema>,
  said: Said,
): ContainerdEvent {
  const { containerId: id, id: process, pid, exitStatus: exitCode } = exit;
  // The first process has the container's id, or none.
  const execId = process === '' || process === id ? undefined : process;
  return fact({ ...said, at: timeOf(exit.exitedAt) ?? said.at, kind: 'exit', id, execId, pid, exitCode });
}
