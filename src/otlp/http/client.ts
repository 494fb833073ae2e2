import { Buffer } from 'node:buffer';
import * as http from 'node:http';
import * as https from 'node:https';
import process from 'node:process';
import type { SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Failure, SHUT_DOWN } from '../../delivery/sender.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TlsConfig } from '../../tls/config.ts';
import { RenewedConnection } from '../../tls/renewed.ts';
import { VERSION } from '../../version.ts';
import type { Authenticator } from '../auth.ts';
import type { ExportAnswer, ExportClient } from '../sender.ts';
import { resultOfRefusal } from './status.ts';

/** Answers are short; what is longer is not from an OTLP peer. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const compress = promisify(gzip);

/** What requests are made of. */
export interface HttpClientConfig {
  readonly compression: 'gzip' | 'none';
  readonly encoding: 'proto' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsConfig;
}

/** What a client has beside its configuration. */
export interface HttpClientOptions {
  readonly authenticator?: Authenticator | undefined;
  readonly logger: Logger;
  /** Headers that are made of the body, as it is sent. */
  readonly headersOf?: (body: Buffer) => Readonly<Record<string, string>>;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up. */
  readonly env?: NodeJS.ProcessEnv;
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Posts encoded messages over connections that are kept. Redirections are not followed: headers are for the peer. */
export class HttpClient implements ExportClient {
  readonly #config: HttpClientConfig;
  readonly #agents: RenewedConnection<Agents>;
  readonly #authenticator: Authenticator | undefined;
  readonly #headersOf: HttpClientOptions['headersOf'];

  private constructor(
    config: HttpClientConfig,
    agents: RenewedConnection<Agents>,
    { authenticator, headersOf }: HttpClientOptions,
  ) {
    this.#config = config;
    this.#agents = agents;
    this.#authenticator = authenticator;
    this.#headersOf = headersOf;
  }

  /** Reads the certificates. Rejects when they cannot be used. */
  static async create(config: HttpClientConfig, options: HttpClientOptions): Promise<HttpClient> {
    const { tls } = config;
    const proxyEnv = options.env ?? process.env;
    const agents = await RenewedConnection.open<Agents>({
      tls,
      make: (context) => makeAgents(tls, context, proxyEnv),
      close: closeAgents,
      logger: options.logger,
    });
    return new HttpClient(config, agents, options);
  }

  /** Posts to a URL. */
  call(url: string, message: Buffer, timeoutMs: number, signal: AbortSignal): Promise<ExportAnswer> {
    return this.#agents.use(async (agents) => {
      const late = AbortSignal.timeout(timeoutMs);
      try {
        const body = this.#config.compression === 'gzip' ? await compress(message) : message;
        const auth = await this.#authenticator?.authHeaders();
        const headers = { ...this.#headers(body), ...auth, ...this.#headersOf?.(body) };
        return await post(new URL(url), body, { agents, headers, signal: AbortSignal.any([signal, late]) });
      } catch (error) {
        if (signal.aborted) return SHUT_DOWN;
        return failed(late.aborted ? `no answer in ${timeoutMs} ms` : reasonOf(error));
      }
    });
  }

  /** Closes all connections; calls in flight fail. */
  close(): void {
    this.#agents.close();
  }

  #headers(body: Buffer): http.OutgoingHttpHeaders {
    const { headers, encoding, compression } = this.#config;
    return {
      'user-agent': `sigel/${VERSION}`,
      ...headers,
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      'content-length': body.length,
      ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
    };
  }
}

interface Post {
  readonly agents: Agents;
  readonly headers: http.OutgoingHttpHeaders;
  readonly signal: AbortSignal;
}

/** Rejects when there is no answer, or not all of it. */
function post(url: URL, body: Buffer, { agents, headers, signal }: Post): Promise<ExportAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ExportAnswer>();
  const onResponse = (response: http.IncomingMessage) => void answerOf(response).then(resolve, reject);
  const options = { method: 'POST', headers, signal };
  const request =
    url.protocol === 'https:'
      ? https.request(url, { ...options, agent: agents.https }, onResponse)
      : http.request(url, { ...options, agent: agents.http }, onResponse);
  request.on('error', reject);
  request.end(body);
  return promise;
}

async function answerOf(response: http.IncomingMessage): Promise<ExportAnswer> {
  const { statusCode: status = 0, headers } = response;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    // Leaving the loop closes the connection.
    if (size > MAX_ANSWER_BYTES) break;
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  return status >= 200 && status < 300
    ? { kind: 'answer', body }
    : resultOfRefusal({ status, headers, body });
}

function makeAgents(tls: TlsConfig, context: SecureContext | undefined, proxyEnv: NodeJS.ProcessEnv): Agents {
  const shared = { keepAlive: true, proxyEnv };
  const name = tls.server_name_override;
  return {
    http: new http.Agent(shared),
    https: new https.Agent({
      ...shared,
      ...(context !== undefined && { secureContext: context }),
      rejectUnauthorized: !tls.insecure_skip_verify,
      ...(name !== undefined && { servername: name }),
    }),
  };
}

function closeAgents(agents: Agents): void {
  agents.http.destroy();
  agents.https.destroy();
}

function failed(reason: string): Failure {
  return { kind: 'retryable', reason };
}

/** A failed connection to several addresses has its text in its parts. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
