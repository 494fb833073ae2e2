import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { portOf } from './ports.ts';

/** A server in front of Elasticsearch that lets exporters write to plain indices. */
export interface PlainIndices {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What writers to data streams ask in each line in front of a document. */
const ASKED = /^(\{"create":\{.*?),?"require_data_stream":true/gm;

/**
 * Takes bulk requests for an Elasticsearch without data streams: hands them on without the demand that there be one.
 * Documents stay as they are.
 */
export async function plainIndices(elasticsearch: string): Promise<PlainIndices> {
  const server = createServer((request, response) => void answer(elasticsearch, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${portOf(server)}`, close };
}

async function answer(
  elasticsearch: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const given = await handOn(elasticsearch, request);
    response.writeHead(given.status, {
      'content-type': given.headers.get('content-type') ?? 'application/json',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(await given.text());
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}

async function handOn(elasticsearch: string, request: IncomingMessage): Promise<Response> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const sent = Buffer.concat(chunks);
  const body = request.headers['content-encoding'] === 'gzip' ? await promisify(gunzip)(sent) : sent;
  const url = new URL(request.url ?? '/', elasticsearch);
  url.searchParams.delete('require_data_stream');
  const method = request.method ?? 'GET';
  return fetch(url, {
    method,
    headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: body.toString('utf8').replaceAll(ASKED, '$1') }),
  });
}
