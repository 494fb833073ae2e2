import { Buffer } from 'node:buffer';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { type ConnectionInjector, Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import type { z } from 'zod';
import { LOGS_EXPORT } from '../../src/otlp/logs.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { followFiles, serverTls } from '../../src/tls/server.ts';
import type { otlpConfig } from './config.ts';

type GrpcConfig = z.infer<typeof otlpConfig>['protocols']['grpc'];

/** Answers a request, both as bytes. */
export type Handler = (request: Buffer, answer: sendUnaryData<Uint8Array>) => void;

/** For a client to say who it is, in milliseconds. */
const HANDSHAKE_MS = 10_000;
const MIB = 1024 * 1024;

/**
 * OTLP's LogsService over gRPC. Connections are accepted here and handed to the gRPC server, so that TLS has the same options,
 * and follows its files in the same way, as that of Sigel's other servers.
 */
export class LogsServer {
  readonly #config: GrpcConfig;
  readonly #logger: Logger;
  readonly #grpc: Server;
  #injector: ConnectionInjector | undefined;
  #listener: NetServer | undefined;
  #release: () => void = () => {};

  constructor(config: GrpcConfig, logger: Logger, handle: Handler) {
    this.#config = config;
    this.#logger = logger;
    this.#grpc = new Server({
      'grpc.max_receive_message_length': Math.floor(config.max_recv_msg_size_mib * MIB),
      'grpc.max_concurrent_streams': config.max_concurrent_streams,
    });
    const asIs = (bytes: Buffer): Buffer => bytes;
    const method = {
      path: LOGS_EXPORT,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      responseDeserialize: asIs,
    };
    this.#grpc.addService(
      { Export: method },
      {
        Export: ({ request }: { request: Buffer }, answer: sendUnaryData<Uint8Array>) =>
          handle(request, answer),
      },
    );
  }

  /** Listens; resolves to the port. Rejects when the address cannot be had, or the certificate cannot be used. */
  async start(): Promise<number> {
    const { endpoint, max_connections } = this.#config;
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = await this.#makeListener((socket) => this.#injector?.injectConnection(socket));
    this.#listener = listener;
    listener.maxConnections = max_connections;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.once('error', reject);
    listener.listen(endpoint, resolve);
    await promise;
    // What fails later is one connection.
    listener.on('error', () => {});
    return (listener.address() as AddressInfo).port;
  }

  /** Takes no more; resolves when what is open is answered, or cut off at the deadline. */
  async stop(deadline: AbortSignal): Promise<void> {
    this.#release();
    this.#listener?.close();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cutOff = (): void => {
      this.#injector?.destroy();
      this.#grpc.forceShutdown();
      resolve();
    };
    if (deadline.aborted) return cutOff();
    deadline.addEventListener('abort', cutOff, { once: true });
    this.#injector?.drain(0);
    this.#grpc.tryShutdown(() => resolve());
    await promise;
    deadline.removeEventListener('abort', cutOff);
  }

  async #makeListener(take: (socket: Socket) => void): Promise<NetServer> {
    const { tls } = this.#config;
    if (tls === undefined) return createServer(take);
    const options = { ...(await serverTls(tls)), ALPNProtocols: ['h2'], handshakeTimeout: HANDSHAKE_MS };
    const server: TlsServer = createTlsServer(options);
    server.on('secureConnection', take);
    this.#release = followFiles(server, tls, this.#logger);
    return server;
  }
}
