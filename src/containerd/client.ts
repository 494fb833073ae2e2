import { Buffer } from 'node:buffer';
import {
  create,
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { Client, type ClientOptions, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** What containerd answered, or why it did not. */
export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | Failed;

/** A call that failed: gRPC's status code, and a sentence. */
export interface Failed {
  readonly kind: 'failed';
  readonly code: status;
  readonly reason: string;
}

/** What a call is made with. */
export interface CallOptions {
  /** Whose containers are asked for; absent where that does not matter. */
  readonly namespace?: string;
  readonly signal: AbortSignal;
}

/** The largest message taken: a container with all its labels, spec and extensions has some ten KiB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Longest reason kept: it is the peer's text. */
const MAX_REASON = 300;

// No keep-alive pings: containerd's gRPC server ends connections that send them more often than every 5 minutes.
const CHANNEL: ClientOptions = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
};

/** One connection to containerd. Calls never throw; whatever goes wrong is a {@link Failed}. */
export class ContainerdClient {
  readonly #client: Client;
  readonly #timeoutMs: number;

  /** Connects with the first call. `timeoutMs` is the deadline of each unary call. */
  constructor(target: string, timeoutMs: number) {
    this.#client = new Client(target, credentials.createInsecure(), CHANNEL);
    this.#timeoutMs = timeoutMs;
  }

  /** A call with one answer. `timeoutMs` replaces the client's. */
  async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions & { readonly timeoutMs?: number },
  ): Promise<Answer<MessageShape<O>>> {
    if (options.signal.aborted) return ABORTED;
    const { promise, resolve } = Promise.withResolvers<Answer<MessageShape<O>>>();
    const call = this.#client.makeUnaryRequest<MessageShape<I>, MessageShape<O>>(
      pathOf(method),
      (message) => Buffer.from(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, request),
      metadataFor(options.namespace),
      { deadline: Date.now() + (options.timeoutMs ?? this.#timeoutMs) },
      (error, value) => resolve(error === null && value !== undefined ? answer(value) : failed(error)),
    );
    return await cancelling(promise, call, options.signal);
  }

  /**
   * A call with a stream of answers, each given to `take` at once, so that the stream is always drained. Settles
   * when the stream ends. With `bounded`, it has the deadline of a unary call.
   */
  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions & { readonly bounded: boolean },
    take: (message: MessageShape<O>) => void,
  ): Promise<Answer<undefined>> {
    if (options.signal.aborted) return ABORTED;
    const { promise, resolve } = Promise.withResolvers<Answer<undefined>>();
    const call = this.#client.makeServerStreamRequest<MessageShape<I>, MessageShape<O>>(
      pathOf(method),
      (message) => Buffer.from(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, request),
      metadataFor(options.namespace),
      options.bounded ? { deadline: Date.now() + this.#timeoutMs } : {},
    );
    call.on('data', take);
    call.on('error', (error: ServiceError) => resolve(failed(error)));
    call.on('end', () => resolve(answer(undefined)));
    return await cancelling(promise, call, options.signal);
  }

  /** Closes the connection; calls under way fail. */
  close(): void {
    this.#client.close();
  }
}

const ABORTED: Failed = { kind: 'failed', code: status.CANCELLED, reason: 'stopped' };

function answer<T>(value: T): Answer<T> {
  return { kind: 'answer', value };
}

function failed(error: ServiceError | null): Failed {
  if (error === null) return { kind: 'failed', code: status.INTERNAL, reason: 'no answer' };
  return { kind: 'failed', code: error.code, reason: explained(error).slice(0, MAX_REASON) };
}

function explained({ code, details }: ServiceError): string {
  if (code === status.PERMISSION_DENIED || /\b(?:EACCES|EPERM)\b/.test(details))
    return `access denied: containerd answers administrators only (${details})`;
  if (code === status.UNAVAILABLE && /\b(?:ENOENT|ECONNREFUSED)\b/.test(details))
    return 'nobody answers there';
  return `${status[code] ?? code}: ${details}`;
}

async function cancelling<T>(promise: Promise<T>, call: { cancel(): void }, signal: AbortSignal): Promise<T> {
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function pathOf(method: { readonly parent: { readonly typeName: string }; readonly name: string }): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function metadataFor(namespace: string | undefined): Metadata {
  const metadata = new Metadata();
  if (namespace !== undefined) metadata.set('containerd-namespace', namespace);
  return metadata;
}
