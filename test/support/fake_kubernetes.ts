import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

/** A pod as JSON, in the parts that matter here. */
export interface FakePod {
  metadata: Record<string, unknown> & { name: string; uid: string };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}
interface Change {
  readonly version: number;
  readonly type: string;
  readonly object: FakePod;
}
interface Watch {
  readonly response: ServerResponse;
  readonly node: string | undefined;
}

/** A pod of namespace `shop` on node `node-1`, with a uid made of its name. */
export function fakePod(name: string, metadata: Record<string, unknown> = {}, node = 'node-1'): FakePod {
  return {
    metadata: {
      namespace: 'shop',
      creationTimestamp: '2026-01-02T03:04:05Z',
      ...metadata,
      name,
      uid: `${name}-uid`,
    },
    spec: { nodeName: node },
  };
}

/** A stand-in for an API server over HTTPS: lists, watches and refuses pods as told. */
export class FakeKubernetes {
  readonly #server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sigel-kubernetes-'));
  readonly #pods = new Map<string, FakePod>();
  readonly #changes: Change[] = [];
  readonly #watches = new Set<Watch>();
  readonly #certificates: Certificates;
  #version = 100;
  #compacted = 0;
  /** The only token that is accepted. */
  token = 'first-token';
  readonly tokenFile = join(this.#folder, 'token');
  /** Each request is answered so, where it is set. */
  refusal: { status: number; message: string } | undefined;
  /** Takes over a request, and says whether it did. */
  instead: (url: URL, response: ServerResponse) => boolean = () => false;
  /** Path and query of each request so far. */
  readonly requests: string[] = [];

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
    this.#server = createServer({ cert: certificates.cert, key: certificates.key }, (request, response) =>
      this.#answer(request, response),
    );
    writeFileSync(this.tokenFile, `${this.token}\n`);
  }

  get address(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get caFile(): string {
    return this.#certificates.caFile;
  }
  get watchers(): number {
    return this.#watches.size;
  }
  get version(): string {
    return String(this.#version);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }
  /** Ends it; what is asked afterwards is refused by the system. */
  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Creates a pod, or changes it. */
  put(pod: FakePod): void {
    this.#change(this.#pods.has(pod.metadata.uid) ? 'MODIFIED' : 'ADDED', pod);
    this.#pods.set(pod.metadata.uid, pod);
  }
  delete(name: string): void {
    const pod = this.#pods.get(`${name}-uid`);
    if (pod === undefined) return;
    this.#pods.delete(`${name}-uid`);
    this.#change('DELETED', pod);
  }
  /** Puts or deletes without telling watchers, as what happens while they are away. */
  quietly(action: () => void): void {
    const watches = [...this.#watches];
    this.#watches.clear();
    action();
    for (const watch of watches) this.#watches.add(watch);
  }
  /** Forgets all that happened before now: a watch from then is gone. */
  compact(): void {
    this.#compacted = this.#version;
  }
  bookmark(): void {
    const object = { kind: 'Pod', metadata: { resourceVersion: String(++this.#version) } };
    this.send(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }
  /** Sends bytes to all watchers. */
  send(bytes: string): void {
    for (const { response } of this.#watches) response.write(bytes);
  }
  /** Breaks the connections of all watchers. */
  cut(): void {
    for (const { response } of this.#watches) response.destroy();
  }

  #change(type: string, pod: FakePod): void {
    pod.metadata['resourceVersion'] = String(++this.#version);
    const change = { version: this.#version, type, object: structuredClone(pod) };
    this.#changes.push(change);
    for (const watch of this.#watches) tell(watch, change);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    this.requests.push(url.pathname + url.search);
    if (this.instead(url, response)) return;
    if (request.headers.authorization !== `Bearer ${this.token}`) refuse(response, 401, 'Unauthorized');
    else if (this.refusal !== undefined) refuse(response, this.refusal.status, this.refusal.message);
    else if (url.pathname === '/api/v1/namespaces/kube-system')
      send(response, { metadata: { name: 'kube-system', uid: 'cluster-uid' } });
    else if (url.pathname !== '/api/v1/pods') refuse(response, 404, 'not found');
    else if (url.searchParams.has('watch')) this.#watch(url.searchParams, response);
    else this.#list(url.searchParams, response);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const node = nodeOf(query);
    const pods = [...this.#pods.values()].filter(({ spec }) => spec['nodeName'] === node);
    const from = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? pods.length);
    const next = from + limit < pods.length ? { continue: String(from + limit) } : {};
    const metadata = { resourceVersion: this.version, ...next };
    send(response, { kind: 'PodList', metadata, items: pods.slice(from, from + limit) });
  }

  #watch(query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.#compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    const watch = { response, node: nodeOf(query) };
    for (const change of this.#changes) if (change.version > from) tell(watch, change);
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
  }
}

function tell({ response, node }: Watch, { type, object }: Change): void {
  if (object.spec['nodeName'] === node) response.write(`${JSON.stringify({ type, object })}\n`);
}

function nodeOf(query: URLSearchParams): string | undefined {
  return /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', code: status, message }));
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
