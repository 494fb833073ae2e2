import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { ContainerdClient } from '../../../src/containerd/client.ts';
import { buildImage, IMAGE } from './containerd_image.ts';
import { NamespaceMode, RuntimeService } from './cri/generated/cri_pb.ts';
import { missing, type Peer } from './peer.ts';
import { answers, capture, run, stop, until } from './process.ts';
import { haveTool } from './tools.ts';

/** containerd, where this machine can run it: Linux, as root. */
export async function findContainerd(): Promise<Peer> {
  if (process.platform !== 'linux') return missing('containerd runs on Linux here');
  if (process.getuid?.() !== 0) return missing('containerd needs root');
  if (!(await haveTool('gcc'))) return missing('a program for containers needs gcc');
  if (!(await haveTool('containerd'))) return missing('containerd is not installed');
  if (!(await answers('runc', ['--version']))) return missing('runc is not installed');
  return { kind: 'ready', path: 'containerd' };
}

/** A pod's sandbox. */
export interface Pod {
  readonly id: string;
  readonly config: { readonly metadata: object };
}

/** A containerd of its own, with nothing shared but the kernel. */
export class RealContainerd {
  readonly folder: string;
  readonly socket: string;
  readonly #cri: ContainerdClient;
  readonly #over = new AbortController();
  #child: ChildProcess | undefined;
  #log: () => string = () => '';

  private constructor(folder: string) {
    this.folder = folder;
    this.socket = join(folder, 'c.sock');
    this.#cri = new ContainerdClient(`unix:${this.socket}`, 60_000);
  }

  /** Starts one, with the image {@link IMAGE} in each of these namespaces. */
  static async start(namespaces: readonly string[]): Promise<RealContainerd> {
    // Paths of shims' sockets are limited to some 100 characters.
    const folder = mkdtempSync(join(tmpdir(), 'sgc-'));
    writeFileSync(join(folder, 'config.toml'), configOf(folder));
    const containerd = new RealContainerd(folder);
    try {
      await containerd.restart();
      const archive = await buildImage(folder);
      for (const namespace of namespaces) await containerd.ctr(namespace, 'images', 'import', archive);
    } catch (error) {
      await containerd.dispose();
      throw error;
    }
    return containerd;
  }

  /** Its process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it again; containers that ran go on. */
  async restart(): Promise<void> {
    const child = spawn('containerd', ['-c', join(this.folder, 'config.toml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#log = capture(child.stderr);
    await until('containerd answers', () => {
      if (child.exitCode !== null) throw new Error(`containerd ended: ${this.#log().slice(-2000)}`);
      return existsSync(this.socket) && answers('ctr', ['-a', this.socket, 'version']);
    });
  }

  /** Kills it with SIGKILL; its containers run on. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await until('it is dead', () => child.exitCode !== null || child.signalCode !== null);
  }

  /** Runs ctr; resolves to what it prints, rejects when it fails. */
  async ctr(namespace: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run('ctr', ['-a', this.socket, '-n', namespace, ...args]);
    if (code !== 0) throw new Error(`ctr ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The pid of a container's task, as containerd says. */
  async pidOf(namespace: string, id: string): Promise<number> {
    const lines = (await this.ctr(namespace, 'tasks', 'ls')).split('\n');
    return Number(lines.find((line) => line.startsWith(`${id} `))?.split(/\s+/)[1]);
  }

  /** Makes a pod through CRI, as kubelet does. */
  async pod(name: string, uid: string, labels: Readonly<Record<string, string>> = {}): Promise<Pod> {
    const config = {
      metadata: { name, uid, namespace: 'shop', attempt: 0 },
      labels: {
        ...labels,
        'io.kubernetes.pod.name': name,
        'io.kubernetes.pod.namespace': 'shop',
        'io.kubernetes.pod.uid': uid,
      },
      // The node's network: no CNI plugins are needed.
      linux: { securityContext: { namespaceOptions: { network: NamespaceMode.NODE } } },
    };
    const { podSandboxId: id } = await this.cri(RuntimeService.method.runPodSandbox, { config });
    return { id, config };
  }

  /** Makes and starts a container of a pod through CRI; resolves to its id. */
  async container(...args: Parameters<RealContainerd['create']>): Promise<string> {
    const containerId = await this.create(...args);
    await this.cri(RuntimeService.method.startContainer, { containerId });
    return containerId;
  }

  /** Makes a container; annotations of `microsoft.com/` go into its spec. */
  async create(
    pod: Pod,
    name: string,
    attempt: number,
    args: readonly string[] = [],
    annotations: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const metadata = pod.config.metadata as { name: string; uid: string };
    const { containerId } = await this.cri(RuntimeService.method.createContainer, {
      podSandboxId: pod.id,
      sandboxConfig: pod.config,
      config: {
        metadata: { name, attempt },
        image: { image: IMAGE },
        args: [...args],
        labels: {
          'io.kubernetes.container.name': name,
          'io.kubernetes.pod.name': metadata.name,
          'io.kubernetes.pod.namespace': 'shop',
          'io.kubernetes.pod.uid': metadata.uid,
        },
        annotations: { ...annotations, 'io.kubernetes.container.restartCount': String(attempt) },
      },
    });
    return containerId;
  }

  /** Calls CRI, once it is ready after a start; rejects when it refuses. */
  async cri<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>> {
    const call = () => this.#cri.call(method, request, { signal: this.#over.signal });
    let answer = await call();
    await until('CRI is ready', async () => {
      const isEarly = answer.kind === 'failed' && answer.reason.includes('not initialized yet');
      if (isEarly) answer = await call();
      return !isEarly;
    });
    if (answer.kind === 'failed') throw new Error(`${method.name}: ${answer.reason}`);
    return answer.value;
  }

  /** Ends its containers and itself, and removes everything. */
  async dispose(): Promise<void> {
    for (const namespace of await this.#namespaces()) {
      const ids = await this.ctr(namespace, 'tasks', 'ls', '-q').catch(() => '');
      for (const id of ids.split('\n').filter((id) => id !== ''))
        await this.ctr(namespace, 'tasks', 'rm', '-f', id).catch(() => '');
    }
    this.#over.abort();
    this.#cri.close();
    if (this.#child !== undefined) await stop(this.#child);
    // What a failed test left mounted.
    const mounts = (await run('findmnt', ['-rno', 'TARGET'])).stdout.split('\n');
    for (const mount of mounts.filter((path) => path.startsWith(`${this.folder}/`)).toReversed())
      await run('umount', ['-l', mount]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #namespaces(): Promise<string[]> {
    const names = await run('ctr', ['-a', this.socket, 'namespaces', 'ls', '-q']);
    return names.stdout.split('\n').filter((name) => name !== '');
  }
}

function configOf(folder: string): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${folder}/c.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  disable_cgroup = true
  sandbox_image = "${IMAGE}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${folder}/none"
    conf_dir = "${folder}/none"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      container_annotations = ["microsoft.com/*"]
`;
}
