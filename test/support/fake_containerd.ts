import { Buffer } from 'node:buffer';
import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type Any, AnySchema, timestampFromMs, timestampNow } from '@bufbuild/protobuf/wkt';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  type Container,
  ContainerSchema,
  Containers,
  type GetContainerRequest,
} from '../../src/containerd/generated/containers_pb.ts';
import { EnvelopeSchema } from '../../src/containerd/generated/envelope_pb.ts';
import { Events } from '../../src/containerd/generated/event_service_pb.ts';
import * as events from '../../src/containerd/generated/events_pb.ts';
import { Namespaces } from '../../src/containerd/generated/namespaces_pb.ts';
import { Status } from '../../src/containerd/generated/task_pb.ts';
import { type ListPidsRequest, Tasks } from '../../src/containerd/generated/tasks_pb.ts';
import { Version } from '../../src/containerd/generated/version_pb.ts';

interface FakeTask {
  pid: number;
  status: Status;
}
type ContainerInit = Exclude<MessageInitShape<typeof ContainerSchema>, Container>;
type Stream = ServerWritableStream<unknown, unknown>;

/** A stand-in for containerd on a unix socket: what is told it is listed, and told to who subscribed. */
export class FakeContainerd {
  readonly path: string;
  readonly containers = new Map<string, Map<string, Container>>();
  readonly tasks = new Map<string, Map<string, FakeTask>>();
  /** Every call is answered with this, where it is set. */
  denied: status | undefined;
  /** How long Get takes, in milliseconds. */
  getDelayMs = 0;
  /** Calls of each method so far. */
  readonly calls = new Map<string, number>();
  readonly #streams = new Set<Stream>();
  #server: Server | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get subscribers(): number {
    return this.#streams.size;
  }

  async start(): Promise<void> {
    const server = new Server();
    this.#serve(server);
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${this.path}`, ServerCredentials.createInsecure(), (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    this.#server = server;
  }

  /** As if killed: connections break, and what it knows stays for the next start. */
  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#streams.clear();
  }

  /** Ends the streams of events in order, and keeps the connections. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  /** Makes a container. With `isTold` false, only lists know of it. */
  create(namespace: string, init: ContainerInit, isTold = true): void {
    const container = create(ContainerSchema, {
      runtime: { name: 'io.containerd.runhcs.v1' },
      spec: json({ ociVersion: '1.1.0' }),
      createdAt: timestampNow(),
      ...init,
    });
    this.#of(this.containers, namespace).set(container.id, container);
    if (!isTold) return;
    const { id, image } = container;
    const runtime = { name: container.runtime?.name ?? '' };
    this.publish(namespace, '/containers/create', events.ContainerCreateSchema, { id, image, runtime });
  }

  /** Makes and starts the task of a container. */
  startTask(namespace: string, containerId: string, pid: number, isTold = true): void {
    this.#of(this.tasks, namespace).set(containerId, { pid, status: Status.RUNNING });
    if (!isTold) return;
    this.publish(namespace, '/tasks/create', events.TaskCreateSchema, { containerId, pid });
    this.publish(namespace, '/tasks/start', events.TaskStartSchema, { containerId, pid });
  }

  /** Executes something in a container. */
  exec(namespace: string, containerId: string, execId: string, pid: number): void {
    this.publish(namespace, '/tasks/exec-added', events.TaskExecAddedSchema, { containerId, execId });
    this.publish(namespace, '/tasks/exec-started', events.TaskExecStartedSchema, {
      containerId,
      execId,
      pid,
    });
  }

  /** A process ends: the task's, or that of an exec id. */
  exit(namespace: string, containerId: string, id: string, pid: number, exitStatus = 0): void {
    if (id === containerId) this.#of(this.tasks, namespace).delete(id);
    const exit = { containerId, id, pid, exitStatus, exitedAt: timestampNow() };
    this.publish(namespace, '/tasks/exit', events.TaskExitSchema, exit);
  }

  /** Removes a container. */
  delete(namespace: string, id: string, isTold = true): void {
    this.#of(this.containers, namespace).delete(id);
    this.#of(this.tasks, namespace).delete(id);
    if (isTold) this.publish(namespace, '/containers/delete', events.ContainerDeleteSchema, { id });
  }

  /** Sends an event to all who subscribed. */
  publish<D extends DescMessage>(
    namespace: string,
    topic: string,
    schema: D,
    message: MessageInitShape<D>,
  ): void {
    const value = toBinary(schema, create(schema, message));
    this.send(namespace, topic, create(AnySchema, { typeUrl: schema.typeName, value }));
  }

  /** Sends an event with any content. */
  send(namespace: string, topic: string, event: Any): void {
    const timestamp = timestampFromMs(Date.now());
    const envelope = create(EnvelopeSchema, { timestamp, namespace, topic, event });
    for (const stream of this.#streams) stream.write(envelope);
  }

  #serve(server: Server): void {
    this.#unary(server, Version.method.version, () => ({ version: 'v1.7.99-fake', revision: 'none' }));
    this.#unary(server, Namespaces.method.list, () => ({
      namespaces: Array.from(this.containers.keys(), (name) => ({ name })),
    }));
    this.#unary(server, Tasks.method.list, (_, namespace) => ({
      tasks: Array.from(this.#of(this.tasks, namespace), ([id, task]) => ({ id, ...task })),
    }));
    this.#unary(server, Tasks.method.listPids, (request, namespace) => {
      const task = this.#of(this.tasks, namespace).get((request as ListPidsRequest).containerId);
      return task === undefined ? undefined : { processes: [{ pid: 1 }, { pid: task.pid }] };
    });
    this.#unary(server, Containers.method.get, (request, namespace) => {
      const { id } = request as GetContainerRequest;
      const container = this.#of(this.containers, namespace).get(id);
      return container === undefined ? undefined : { container };
    });
    this.#streaming(server, Containers.method.listStream, (stream, namespace) => {
      for (const container of this.#of(this.containers, namespace).values()) stream.write({ container });
      stream.end();
    });
    this.#streaming(server, Events.method.subscribe, (stream) => {
      this.#streams.add(stream);
      stream.on('cancelled', () => this.#streams.delete(stream));
    });
  }

  #unary(
    server: Server,
    method: DescMethod,
    answer: (request: unknown, namespace: string) => object | undefined,
  ): void {
    this.#add(server, method, (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
      this.#count(method);
      if (this.denied !== undefined) return done({ code: this.denied, details: 'not you' });
      const found = answer(call.request, String(call.metadata.get('containerd-namespace')[0] ?? ''));
      const delay = method === Containers.method.get ? this.getDelayMs : 0;
      const say = (): void =>
        found === undefined ? done({ code: status.NOT_FOUND, details: 'not found' }) : done(null, found);
      if (delay === 0) say();
      else setTimeout(say, delay);
    });
  }

  #streaming(server: Server, method: DescMethod, answer: (stream: Stream, namespace: string) => void): void {
    this.#add(server, method, (call: Stream) => {
      this.#count(method);
      if (this.denied === undefined) answer(call, String(call.metadata.get('containerd-namespace')[0] ?? ''));
      else call.emit('error', { code: this.denied, details: 'not you' });
    });
  }

  #count({ name }: DescMethod): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  #add(server: Server, method: DescMethod, handler: (...args: never[]) => void): void {
    const serialize = (schema: DescMessage) => (value: MessageInitShape<DescMessage>) =>
      Buffer.from(toBinary(schema, create(schema, value)));
    const deserialize = (schema: DescMessage) => (bytes: Buffer) => fromBinary(schema, bytes);
    server.addService(
      {
        [method.name]: {
          path: `/${method.parent.typeName}/${method.name}`,
          requestStream: false,
          responseStream: method.methodKind === 'server_streaming',
          requestSerialize: serialize(method.input),
          requestDeserialize: deserialize(method.input),
          responseSerialize: serialize(method.output),
          responseDeserialize: deserialize(method.output),
        },
      },
      { [method.name]: handler } as unknown as UntypedServiceImplementation,
    );
  }

  #of<T>(map: Map<string, Map<string, T>>, namespace: string): Map<string, T> {
    const found = map.get(namespace) ?? new Map<string, T>();
    map.set(namespace, found);
    return found;
  }
}

/** An Any with JSON in it, as containerd keeps specs and the CRI plugin its metadata. */
export function json(value: unknown): Any {
  const typeUrl = 'types.containerd.io/opencontainers/runtime-spec/1/Spec';
  return create(AnySchema, { typeUrl, value: Buffer.from(JSON.stringify(value)) });
}

/** The labels that kubelet gives a container of a pod; without a name, those of the pod's sandbox. */
export function kubernetesLabels(pod: string, name?: string): Record<string, string> {
  return {
    'io.kubernetes.pod.name': pod,
    'io.kubernetes.pod.namespace': 'shop',
    'io.kubernetes.pod.uid': `uid-of-${pod}`,
    'io.cri-containerd.kind': name === undefined ? 'sandbox' : 'container',
    ...(name === undefined
      ? { app: 'web', 'pod-template-hash': '5d4f' }
      : { 'io.kubernetes.container.name': name }),
  };
}
