import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { LOGS_EXPORT } from '../../src/otlp/logs.ts';
import { TRACES_EXPORT } from '../../src/otlp/traces.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';
import {
  type DecodedLog,
  type DecodedMetric,
  type DecodedSpan,
  decodeLogs,
  decodeMetrics,
  decodeSpans,
} from './otlp_decode.ts';

const METRICS_EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** A request that the server received, whether or not it took it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly message: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether it was answered with OK. */
  readonly taken: boolean;
}

/** How the server answers a request; OK if nothing is said. */
export interface ServerAnswer {
  readonly code?: status;
  readonly details?: string;
  /** Adds a RetryInfo with this delay. */
  readonly retryDelayMs?: number;
  /** Adds a partial success. */
  readonly partial?: { readonly rejected: number; readonly message: string };
  readonly delayMs?: number;
}

/** What the test server is like. */
export interface OtlpServerOptions {
  /** Called for every request, numbered from 1. */
  readonly answer?: (request: number, message: Buffer) => ServerAnswer;
  /** Bytes in a message at most; 4 MiB unless given, as the Collector. */
  readonly maxMessageSize?: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer };
  /** Keeps no requests: {@link OtlpServerOptions.answer} has seen them. */
  readonly forget?: boolean;
  /** A fixed port, to come back where another server was. */
  readonly port?: number;
}

/** A real OTLP/gRPC server on loopback that remembers what it gets and answers as told. */
export class OtlpServer {
  readonly port: number;
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;

  private constructor(port: number, server: Server, requests: ReceivedRequest[]) {
    this.port = port;
    this.#server = server;
    this.requests = requests;
  }

  /** Listens on 127.0.0.1. */
  static async start(options: OtlpServerOptions = {}): Promise<OtlpServer> {
    const server = new Server({
      'grpc.max_receive_message_length': options.maxMessageSize ?? 4 * 1024 * 1024,
    });
    const requests: ReceivedRequest[] = [];
    for (const method of [LOGS_EXPORT, TRACES_EXPORT, METRICS_EXPORT]) {
      server.addService(serviceOf(method), { Export: handler(method, options, requests) });
    }
    const { tls } = options;
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(
            tls.ca ?? null,
            [{ private_key: tls.key, cert_chain: tls.cert }],
            tls.ca !== undefined,
          );
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, (error, port) =>
      error ? reject(error) : resolve(port),
    );
    return new OtlpServer(await promise, server, requests);
  }

  get endpoint(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The log records of all requests that were taken, in order. */
  logs(): DecodedLog[] {
    return this.#taken(LOGS_EXPORT).flatMap(({ message }) => decodeLogs(message));
  }

  /** The spans of all requests that were taken, in order. */
  spans(): DecodedSpan[] {
    return this.#taken(TRACES_EXPORT).flatMap(({ message }) => decodeSpans(message));
  }

  /** The metrics of each request that was taken. */
  metrics(): DecodedMetric[][] {
    return this.#taken(METRICS_EXPORT).map(({ message }) => decodeMetrics(message));
  }

  /** Closes every connection at once. */
  stop(): void {
    this.#server.forceShutdown();
  }

  #taken(method: string): ReceivedRequest[] {
    return this.requests.filter((request) => request.taken && request.method === method);
  }
}

/** A google.rpc.Status with a RetryInfo, as it travels in grpc-status-details-bin. */
export function retryInfoStatus(code: status, delayMs: number): Uint8Array {
  const duration = message((w) => {
    w.byte(0x08);
    w.int64(Math.trunc(delayMs / 1000));
    w.byte(0x10);
    w.int64((delayMs % 1000) * 1e6);
  });
  const retryInfo = message((w) => {
    w.byte(0x0a);
    w.bytes(duration);
  });
  const any = message((w) => {
    w.byte(0x0a);
    w.string('type.googleapis.com/google.rpc.RetryInfo');
    w.byte(0x12);
    w.bytes(delayMs === 0 ? new Uint8Array(0) : retryInfo);
  });
  return message((w) => {
    w.byte(0x08);
    w.int64(code);
    w.byte(0x1a);
    w.bytes(any);
  });
}

function serviceOf(path: string): ServiceDefinition {
  const bytes = (value: Buffer) => value;
  const codecs = {
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  };
  return { Export: { path, requestStream: false, responseStream: false, ...codecs } };
}

function handler(method: string, options: OtlpServerOptions, requests: ReceivedRequest[]) {
  const respond = async (
    call: ServerUnaryCall<Buffer, Buffer>,
    callback: sendUnaryData<Buffer>,
  ): Promise<void> => {
    const answer = options.answer?.(requests.length + 1, call.request) ?? {};
    const { code = status.OK, details = '', retryDelayMs, partial, delayMs } = answer;
    const headers = call.metadata.getMap();
    if (options.forget !== true)
      requests.push({ method, message: call.request, headers, taken: code === status.OK });
    if (delayMs !== undefined) await sleep(delayMs, undefined, { ref: false });
    if (code === status.OK) {
      callback(null, partial === undefined ? Buffer.alloc(0) : partialSuccess(partial));
      return;
    }
    const metadata = new Metadata();
    if (retryDelayMs !== undefined) {
      metadata.set('grpc-status-details-bin', Buffer.from(retryInfoStatus(code, retryDelayMs)));
    }
    callback({ code, details, metadata });
  };
  return (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
    void respond(call, callback);
}

function partialSuccess(partial: { readonly rejected: number; readonly message: string }): Buffer {
  const inner = message((w) => {
    w.byte(0x08);
    w.int64(partial.rejected);
    w.byte(0x12);
    w.string(partial.message);
  });
  return Buffer.from(
    message((w) => {
      w.byte(0x0a);
      w.bytes(inner);
    }),
  );
}

function message(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.copyFrom(0);
}
