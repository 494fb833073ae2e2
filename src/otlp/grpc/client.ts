import { Buffer } from 'node:buffer';
import {
  ChannelCredentials,
  Client,
  type ClientOptions,
  compressionAlgorithms,
  Metadata,
} from '@grpc/grpc-js';
import { SHUT_DOWN } from '../../delivery/sender.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TlsConfig } from '../../tls/config.ts';
import type { TlsMaterial } from '../../tls/context.ts';
import { RenewedConnection } from '../../tls/renewed.ts';
import { VERSION } from '../../version.ts';
import type { Authenticator } from '../auth.ts';
import type { ExportAnswer, ExportClient } from '../sender.ts';
import type { GrpcClientConfig } from './config.ts';
import { isSecure, secureCredentials } from './credentials.ts';
import { parseEndpoint } from './endpoint.ts';
import { resultOfStatus } from './status.ts';

/**
 * How long grpc-js waits between attempts to connect at most; its own limit of two minutes would leave a peer that
 * is back unused for that long.
 */
const MAX_RECONNECT_MS = 10_000;
/** Answers are short; what is longer is not from an OTLP peer. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What a client has beside its configuration. */
export interface GrpcClientOptions {
  /** Overrides channel options, for tests. */
  readonly channel?: ClientOptions;
  readonly authenticator?: Authenticator | undefined;
  readonly logger: Logger;
  /** Takes the certificates that are used from now on. */
  readonly onMaterial?: (material: TlsMaterial) => void;
}

/** A unary gRPC client that takes encoded messages as they are. One connection, any number of calls at a time. */
export class GrpcClient implements ExportClient {
  readonly #connection: RenewedConnection<Client>;
  readonly #metadata: Metadata;
  readonly #authenticator: Authenticator | undefined;

  private constructor(
    connection: RenewedConnection<Client>,
    metadata: Metadata,
    authenticator: Authenticator | undefined,
  ) {
    this.#connection = connection;
    this.#metadata = metadata;
    this.#authenticator = authenticator;
  }

  /**
   * Reads the certificates and prepares the connection, which is made with the first call. Rejects when the
   * certificates cannot be used.
   */
  static async create(
    config: GrpcClientConfig & { readonly tls: TlsConfig },
    options: GrpcClientOptions,
  ): Promise<GrpcClient> {
    const endpoint = parseEndpoint(config.endpoint);
    if (typeof endpoint === 'string') throw new Error(`endpoint: ${endpoint}`);
    const { tls } = config;
    const connection = await RenewedConnection.open<Client>({
      tls: isSecure(endpoint, tls) ? tls : undefined,
      make: (context) => {
        const credentials =
          context === undefined ? ChannelCredentials.createInsecure() : secureCredentials(context, tls);
        return new Client(endpoint.target, credentials, { ...channelOptions(config), ...options.channel });
      },
      close: (client) => client.close(),
      logger: options.logger,
      onMaterial: options.onMaterial,
    });
    return new GrpcClient(connection, createMetadata(config), options.authenticator);
  }

  call(method: string, message: Buffer, timeoutMs: number, signal: AbortSignal): Promise<ExportAnswer> {
    return this.#connection.use(async (client) => {
      const metadata = await this.#metadataNow();
      return signal.aborted ? SHUT_DOWN : unaryCall(client, { method, message, metadata, timeoutMs, signal });
    });
  }

  /** Closes the connection; calls in flight fail. */
  close(): void {
    this.#connection.close();
  }

  async #metadataNow(): Promise<Metadata> {
    const headers = await this.#authenticator?.authHeaders();
    if (headers === undefined) return this.#metadata;
    const metadata = this.#metadata.clone();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return metadata;
  }
}

interface UnaryCall {
  readonly method: string;
  readonly message: Buffer;
  readonly metadata: Metadata;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function unaryCall(client: Client, call: UnaryCall): Promise<ExportAnswer> {
  const { method, message, metadata, timeoutMs, signal } = call;
  const { promise, resolve } = Promise.withResolvers<ExportAnswer>();
  const running = client.makeUnaryRequest<Buffer, Buffer>(
    method,
    identity,
    identity,
    message,
    metadata,
    { deadline: Date.now() + timeoutMs },
    (error, body) =>
      resolve(error === null ? { kind: 'answer', body: body ?? NO_BODY } : resultOfStatus(error)),
  );
  const cancel = () => running.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', cancel);
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
