import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from '../../support/certificates.ts';
import { freePort } from './ports.ts';
import { capture, exitCode, until } from './process.ts';

/** What the API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** As much of an object as says where it belongs. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A kube-apiserver with an etcd of its own, on loopback: RBAC, no controllers, no kubelet. */
export class RealKubernetes {
  readonly #programs: string;
  readonly #certificates: Certificates;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sigel-k8s-'));
  #etcd: ChildProcess | undefined;
  #etcdPort = 0;
  #server: ChildProcess | undefined;
  #port = 0;

  /** `programs` is the folder of `kube-apiserver` and `etcd`. */
  constructor(programs: string, certificates: Certificates) {
    this.#programs = programs;
    this.#certificates = certificates;
  }

  get address(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    [this.#etcdPort, this.#port] = [await freePort(), await freePort()];
    const client = `http://127.0.0.1:${this.#etcdPort}`;
    const peer = `http://127.0.0.1:${await freePort()}`;
    this.#etcd = this.#spawn('etcd', {
      'data-dir': join(this.#folder, 'etcd'),
      'unsafe-no-fsync': 'true',
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
    });
    // An administrator, who is there before any permission.
    writeFileSync(join(this.#folder, 'tokens.csv'), 'admin-token,admin,admin,"system:masters"\n');
    await this.restart();
  }

  /** Starts the API server (again), over the same etcd and at the same port. */
  async restart(): Promise<void> {
    await this.kill();
    const { certFile, keyFile } = this.#certificates;
    const server = this.#spawn('kube-apiserver', {
      'etcd-servers': `http://127.0.0.1:${this.#etcdPort}`,
      'bind-address': '127.0.0.1',
      'secure-port': String(this.#port),
      'endpoint-reconciler-type': 'none',
      'tls-cert-file': certFile,
      'tls-private-key-file': keyFile,
      'cert-dir': this.#folder,
      'service-cluster-ip-range': '10.0.0.0/24',
      'authorization-mode': 'RBAC',
      'token-auth-file': join(this.#folder, 'tokens.csv'),
      'service-account-issuer': 'https://sigel.test',
      'service-account-signing-key-file': keyFile,
      'service-account-key-file': certFile,
      'allow-privileged': 'true',
      // No controller makes the accounts that it would give to pods.
      'disable-admission-plugins': 'ServiceAccount',
    });
    this.#server = server;
    const log = capture(server.stderr);
    await until(
      'kube-apiserver is ready',
      async () => {
        if (server.exitCode !== null) throw new Error(`kube-apiserver ended: ${log().slice(-3000)}`);
        const ready = await this.call('GET', '/readyz').catch(() => undefined);
        return ready?.status === 200;
      },
      90_000,
    );
  }

  /** Kills the API server; etcd runs on. */
  async kill(): Promise<void> {
    await kill(this.#server);
  }

  /** Forgets all older revisions of all objects. */
  async compact(): Promise<void> {
    const url = `http://127.0.0.1:${this.#etcdPort}/v3/kv`;
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const range = await post('range', { key: Buffer.from('none').toString('base64') });
    const { header } = (await range.json()) as { header: { revision: string } };
    const done = await post('compaction', { revision: header.revision, physical: true });
    if (!done.ok) throw new Error(`etcd compaction: ${done.status} ${await done.text()}`);
  }

  /** Asks as the administrator, or with another token. Rejects when there is no answer. */
  call(method: string, path: string, body?: unknown, token = 'admin-token'): Promise<ApiAnswer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return new Promise((resolve, reject) => {
      const asked = request(
        new URL(path, this.address),
        {
          method,
          ca: this.#certificates.ca,
          agent: false,
          headers: { authorization: `Bearer ${token}`, 'content-type': type },
        },
        (response) => {
          const text = capture(response);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text()) }));
          response.once('error', reject);
        },
      );
      asked.once('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The same, for what has to succeed. */
  async must(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** Where objects of that kind are made. Rejects for a kind that the API server does not know. */
  async pathOf({ apiVersion, kind, metadata }: NamedObject): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = await this.must('GET', root);
    const resources = known['resources'] as { name: string; kind: string; namespaced: boolean }[];
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) throw new Error(`no ${kind} in ${apiVersion}`);
    return `${root}/${found.namespaced ? `namespaces/${metadata.namespace}/` : ''}${found.name}`;
  }

  /** A token of a service account, as kubelet asks for one. */
  async tokenOf(namespace: string, account: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const { status } = await this.must('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    });
    return String((status as { token: unknown }).token);
  }

  /** Ends both, and removes everything. */
  async dispose(): Promise<void> {
    await this.kill();
    await kill(this.#etcd);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(program: string, flags: Readonly<Record<string, string>>): ChildProcess {
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(join(this.#programs, program), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.resume();
    return child;
  }
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = exitCode(child);
  child.kill('SIGKILL');
  await ended;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
