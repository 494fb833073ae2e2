import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cacheRoot, lock } from '../../interop/peers/cache.ts';
import type { Peer } from '../../interop/peers/peer.ts';
import { until } from '../../interop/peers/process.ts';
import {
  type ContainerdVersion,
  ensureContainerd,
  ensureRandom,
  ensureShim,
  ensureWorkload,
  RUNTIME,
  SHIM,
} from './containerd_build.ts';
import type { WindowsProcess } from './windows_process.ts';
import { ensureWine, Wine, windowsPath } from './wine.ts';

/** Where containerd listens on Windows, and where Sigel looks for it. */
export const PIPE = '\\\\.\\pipe\\containerd-containerd';

/** Longest that a suite may need one, ms. */
const LIFE = 10 * 60_000;
const CTR_PATIENCE = 30_000;

/** What a container is made of. */
export interface ContainerSpec {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** How long its first process lives, ms, and its exit code. Default: longer than any test, 0. */
  readonly lives?: number;
  readonly exitCode?: number;
}

/** What is needed for a {@link WindowsContainerd}. */
export interface ContainerdParts {
  readonly wine: Wine;
  /** Folder of containerd.exe and ctr.exe. */
  readonly programs: string;
  /** Folder of the shim. */
  readonly shim: string;
  readonly workload: string;
}

/** The parts, or why there are none here. */
export async function containerdParts(
  version: ContainerdVersion,
): Promise<ContainerdParts | Extract<Peer, { kind: 'missing' }>> {
  const prefix = await ensureWine();
  if (prefix.kind === 'missing') return prefix;
  const random = await ensureRandom(prefix.path);
  if (random.kind === 'missing') return random;
  const workload = await ensureWorkload();
  if (workload.kind === 'missing') return workload;
  const shim = await ensureShim();
  if (shim.kind === 'missing') return shim;
  const programs = await ensureContainerd(version);
  if (programs.kind === 'missing') return programs;
  return {
    wine: new Wine(prefix.path),
    programs: programs.path,
    shim: shim.path,
    workload: workload.path,
  };
}

/**
 * containerd for Windows under Wine, with folders of its own. Its pipe is the one that every Windows has: one at a time
 * in a Wine prefix.
 */
export class WindowsContainerd {
  readonly folder: string;
  readonly #wine: Wine;
  readonly #unlock: () => void;
  #process: WindowsProcess | undefined;

  private constructor(wine: Wine, folder: string, unlock: () => void) {
    this.#wine = wine;
    this.folder = folder;
    this.#unlock = unlock;
  }

  /** Starts one. */
  static async start({ wine, programs, shim, workload }: ContainerdParts): Promise<WindowsContainerd> {
    const unlock = await lock(join(cacheRoot(), 'containerd-pipe.lock'));
    const folder = mkdtempSync(join(tmpdir(), 'sigel-containerd-'));
    for (const name of readdirSync(programs)) symlinkSync(join(programs, name), join(folder, name));
    // Copies: a process's name says whose it is, and that is how those that are left over are found.
    copyFileSync(join(shim, SHIM), join(folder, SHIM));
    copyFileSync(workload, join(folder, 'workload.exe'));
    writeFileSync(join(folder, 'config.toml'), configOf(folder));
    const containerd = new WindowsContainerd(wine, folder, unlock);
    try {
      await containerd.restart();
    } catch (error) {
      await containerd.dispose();
      throw error;
    }
    return containerd;
  }

  /** Starts it again; containers that ran go on. */
  async restart(): Promise<void> {
    const started = this.#start(
      'containerd.exe',
      ['--config', windowsPath(join(this.folder, 'config.toml'))],
      LIFE,
    );
    this.#process = started;
    let over = false;
    void started.ended.then(() => (over = true));
    await until(
      'containerd answers',
      async () => {
        if (over) throw new Error(`containerd ended: ${started.stderr().slice(-2000)}`);
        return (await this.#start('ctr.exe', ['version'], 5_000).ended).code === 0;
      },
      90_000,
    );
  }

  /** Ends it at once, as a crash would; its containers run on. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Runs ctr, containerd's own client; resolves to what it prints, rejects when it fails. */
  async ctr(namespace: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#start('ctr.exe', ['-n', namespace, ...args], CTR_PATIENCE)
      .ended;
    if (code !== 0) throw new Error(`ctr ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Makes a container without starting it. */
  async create(namespace: string, id: string, spec: ContainerSpec = {}): Promise<void> {
    const file = join(this.folder, `${id}.json`);
    const args = this.#workload(spec.lives, spec.exitCode);
    writeFileSync(
      file,
      JSON.stringify({
        ociVersion: '1.1.0',
        process: { args, cwd: 'C:\\', user: {} },
        windows: { layerFolders: [] },
        annotations: spec.annotations,
      }),
    );
    const labels = Object.entries(spec.labels ?? {}).flatMap(([key, value]) => [
      '--label',
      `${key}=${value}`,
    ]);
    await this.ctr(
      namespace,
      'containers',
      'create',
      '--config',
      windowsPath(file),
      '--runtime',
      RUNTIME,
      ...labels,
      id,
    );
  }

  /** Starts a container's first process. */
  async run(namespace: string, id: string): Promise<void> {
    await this.ctr(namespace, 'tasks', 'start', '-d', id);
  }

  /** Executes a process in a container, which lives on. */
  async exec(namespace: string, id: string, execId: string): Promise<void> {
    await this.ctr(namespace, 'tasks', 'exec', '-d', '--exec-id', execId, id, ...this.#workload());
  }

  /** The pids in a container, as containerd says; ascending. */
  async pids(namespace: string, id: string): Promise<number[]> {
    const [, ...lines] = (await this.ctr(namespace, 'tasks', 'ps', id)).trim().split('\n');
    return lines.map((line) => Number.parseInt(line, 10)).sort((a, b) => a - b);
  }

  /** Ends a container's processes and removes it. */
  async remove(namespace: string, id: string): Promise<void> {
    await this.ctr(namespace, 'tasks', 'delete', '-f', id);
    await this.ctr(namespace, 'containers', 'delete', id);
  }

  /** Ends it with all that it started, and removes everything. */
  async dispose(): Promise<void> {
    await this.kill();
    for (const pid of leftIn(this.folder)) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    this.#unlock();
  }

  #workload(lives = LIFE, exitCode = 0): string[] {
    return [windowsPath(join(this.folder, 'workload.exe')), String(lives), String(exitCode)];
  }

  #start(program: string, args: readonly string[], patience: number): WindowsProcess {
    return this.#wine.start(join(this.folder, program), args, { patience });
  }
}

/** Shims and containers' processes outlive containerd; their command lines name the folder. */
function leftIn(folder: string): number[] {
  const name = basename(folder);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandLineOf(entry).includes(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

// CRI needs Windows' own containers. Names in quotes of TOML that know no escapes.
function configOf(folder: string): string {
  return `version = 2
root = '${windowsPath(join(folder, 'root'))}'
state = '${windowsPath(join(folder, 'state'))}'
[grpc]
address = '${PIPE}'
[ttrpc]
address = '${PIPE}.ttrpc'
`;
}
