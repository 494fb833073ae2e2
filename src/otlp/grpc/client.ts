import { Buffer } from 'node:buffer';
import { Client, type ClientOptions, compressionAlgorithms, Metadata } from '@grpc/grpc-js';
import { type Failure, SHUT_DOWN } from '../../delivery/sender.ts';
import { VERSION } from '../../version.ts';
import type { GrpcClientConfig } from './config.ts';
import { createCredentials } from './credentials.ts';
import { parseEndpoint } from './endpoint.ts';
import { resultOfStatus } from './status.ts';

/**
 * How long grpc-js waits between attempts to connect at most; its own limit of two minutes would leave a peer that
 * is back unused for that long.
 */
const MAX_RECONNECT_MS = 10_000;
/** Answers are short; what is longer is not from an OTLP peer. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What the peer answered, or why it did not. */
export type ExportAnswer = { readonly kind: 'answer'; readonly body: Uint8Array } | Failure;

/** A unary gRPC client that takes encoded messages as they are. One connection, any number of calls at a time. */
export class GrpcClient {
  readonly #client: Client;
  readonly #metadata: Metadata;

  private constructor(client: Client, metadata: Metadata) {
    this.#client = client;
    this.#metadata = metadata;
  }

  /**
   * Reads the certificates and prepares the connection, which is made with the first call. Rejects when the
   * certificates cannot be used. `extra` overrides channel options, for tests.
   */
  static async create(config: GrpcClientConfig, extra: ClientOptions = {}): Promise<GrpcClient> {
    const endpoint = parseEndpoint(config.endpoint);
    if (typeof endpoint === 'string') throw new Error(`endpoint: ${endpoint}`);
    const credentials = await createCredentials(endpoint, config.tls);
    const client = new Client(endpoint.target, credentials, { ...channelOptions(config), ...extra });
    return new GrpcClient(client, createMetadata(config));
  }

  /**
   * Calls a method with an encoded message, which must stay unchanged until the promise settles. Settles at the
   * latest after `timeoutMs`, and soon after the signal aborts.
   */
  async call(method: string, message: Buffer, timeoutMs: number, signal: AbortSignal): Promise<ExportAnswer> {
    if (signal.aborted) return SHUT_DOWN;
    const { promise, resolve } = Promise.withResolvers<ExportAnswer>();
    const call = this.#client.makeUnaryRequest<Buffer, Buffer>(
      method,
      identity,
      identity,
      message,
      this.#metadata,
      { deadline: Date.now() + timeoutMs },
      (error, body) =>
        resolve(error === null ? { kind: 'answer', body: body ?? NO_BODY } : resultOfStatus(error)),
    );
    const cancel = () => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Closes the connection; calls in flight fail. */
  close(): void {
    this.#client.close();
  }
}

const NO_BODY = Buffer.alloc(0);
const identity = (bytes: Buffer) => bytes;

/** The channel options of grpc-js for a config, as far as both OTLP exporters share them. */
export function channelOptions(config: GrpcClientConfig): ClientOptions {
  const { tls, keepalive } = config;
  const authority = config.authority ?? tls.server_name_override;
  return {
    'grpc.default_compression_algorithm':
      config.compression === 'gzip' ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    'grpc.primary_user_agent': [config.user_agent, `sigel/${VERSION}`]
      .filter((part) => part !== undefined)
      .join(' '),
    'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_MS,
    'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ [config.balancer_name]: {} }] }),
    // No look-ups of service configs in DNS, and no connection shared with another component.
    'grpc.service_config_disable_resolution': 1,
    'grpc.use_local_subchannel_pool': 1,
    ...(authority !== undefined && { 'grpc.default_authority': authority }),
    ...(tls.server_name_override !== undefined && {
      'grpc.ssl_target_name_override': tls.server_name_override,
    }),
    ...(keepalive !== undefined && {
      'grpc.keepalive_time_ms': keepalive.time,
      'grpc.keepalive_timeout_ms': keepalive.timeout,
      'grpc.keepalive_permit_without_calls': keepalive.permit_without_stream ? 1 : 0,
    }),
  };
}

/** The headers of every call. */
export function createMetadata(config: Pick<GrpcClientConfig, 'headers' | 'wait_for_ready'>): Metadata {
  const metadata = new Metadata({ waitForReady: config.wait_for_ready });
  for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
  return metadata;
}
