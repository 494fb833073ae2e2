import type { Buffer } from 'node:buffer';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A request as it came, its body unpacked. */
export interface ReceivedPost {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The serial number of the client's certificate, if any, and the connection's port. */
  readonly client: { readonly serial: string | undefined; readonly port: number };
  readonly status: number;
}

/** What a request is answered; 200 and nothing unless given. */
export interface HttpAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly silent?: boolean;
}

/** A peer on 127.0.0.1 that takes OTLP over HTTP, or with `tls` over HTTPS. */
export class OtlpHttpServer {
  readonly requests: ReceivedPost[] = [];
  readonly #server: ReturnType<typeof createServer>;
  readonly #scheme: string;

  private constructor(answer: (request: number, body: Buffer) => HttpAnswer, tls: ServerOptions | undefined) {
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void this.#take(request, response, answer);
    this.#server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  static async start(
    answer: (request: number, body: Buffer) => HttpAnswer = () => ({}),
    tls?: ServerOptions,
  ): Promise<OtlpHttpServer> {
    const server = new OtlpHttpServer(answer, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bodies of the requests that were taken. */
  taken(url = '/v1/logs'): Buffer[] {
    return this.requests.filter((r) => r.url === url && r.status === 200).map(({ body }) => body);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (request: number, body: Buffer) => HttpAnswer,
  ): Promise<void> {
    const raw = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const {
      status = 200,
      headers = {},
      body: answered = '',
      silent = false,
    } = answer(this.requests.length + 1, body);
    const socket = request.socket as typeof request.socket & {
      getPeerCertificate?: () => { serialNumber?: string };
    };
    const client = { serial: socket.getPeerCertificate?.().serialNumber, port: socket.remotePort ?? 0 };
    this.requests.push({ url: request.url ?? '', headers: request.headers, body, client, status });
    if (!silent) response.writeHead(status, headers).end(answered);
  }
}
