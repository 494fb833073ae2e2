import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { say, step } from '../../interop/peers/build_step.ts';
import { cached, shortHash } from '../../interop/peers/cache.ts';
import { mayStillBuild, missing, type Peer } from '../../interop/peers/peer.ts';
import { haveTool } from '../../interop/peers/tools.ts';
import { ensureBuilt } from './mingw.ts';

/** The containerd that nodes of today run, and the line behind it. */
export const CONTAINERD_1 = { module: 'github.com/containerd/containerd', version: '1.7.35' } as const;
export const CONTAINERD_2 = { module: 'github.com/containerd/containerd/v2', version: '2.4.2' } as const;

/** One of {@link CONTAINERD_1}, {@link CONTAINERD_2}. */
export type ContainerdVersion = typeof CONTAINERD_1 | typeof CONTAINERD_2;

const SOURCES = join(import.meta.dirname, '..', 'containerd');
const TARGET = { GOOS: 'windows', GOARCH: 'amd64', CGO_ENABLED: '0' };
const FLAGS = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
/** The runtime that the stand-in shim is found by, beside containerd.exe. */
export const RUNTIME = 'io.containerd.sigel.v1';
/** The name that containerd makes of it. */
export const SHIM = 'containerd-shim-sigel-v1.exe';

/** A folder with containerd.exe and ctr.exe, from the cache or built now from Go modules (minutes). */
export function ensureContainerd({ module, version }: ContainerdVersion): Promise<Peer> {
  const what = `containerd ${version} for Windows`;
  return ensureGo(`containerd-${version}-windows-x64`, what, async (target) => {
    const work = join(target, 'work');
    mkdirSync(work);
    // Their own versions of everything: nothing else is required.
    writeFileSync(join(work, 'go.mod'), `module sigel.test/build\n\nrequire ${module} v${version}\n`);
    const env = { ...process.env, ...TARGET, GOFLAGS: '-mod=mod' };
    const programs = ['containerd', 'ctr'].map((name) => `${module}/cmd/${name}`);
    await step('go', [...FLAGS, '-o', `${target}/`, ...programs], work, env);
    rmSync(work, { recursive: true });
  });
}

/** A folder with the stand-in shim; see test/windows/containerd. */
export function ensureShim(): Promise<Peer> {
  const folder = join(SOURCES, 'shim');
  const files = readdirSync(folder).sort();
  const key = shortHash(files.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`).join(''));
  return ensureGo(`containerd-shim-${key}`, 'the shim for containerd', (target) =>
    step('go', [...FLAGS, '-o', join(target, SHIM), '.'], folder, { ...process.env, ...TARGET, GOFLAGS: '' }),
  );
}

async function ensureGo(key: string, what: string, build: (target: string) => Promise<void>): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const path = await cached(key, async (target) => {
      const may = mayStillBuild(what);
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing(`${what} needs Go to be built`);
      if (refusal !== undefined) throw new Error('not built');
      const began = Date.now();
      say(`building ${what} once (kept in the cache)`);
      await build(target);
      say(`built ${what} in ${Math.round((Date.now() - began) / 1000)} s`);
    });
    return { kind: 'ready', path };
  } catch (error) {
    return refusal ?? missing(`${what} could not be built: ${String(error)}`);
  }
}

/** The program that containers run: `workload.exe MILLISECONDS [EXIT CODE]`. */
export function ensureWorkload(): Promise<Peer> {
  return ensureBuilt({ output: 'workload.exe', folder: join(SOURCES, 'workload') });
}

/**
 * Gives a Wine prefix the DLL that every program of Go 1.22 and later asks for and Wine 8 lacks; only in the system's
 * folder do they look for it.
 */
export async function ensureRandom(prefix: string): Promise<Peer> {
  const name = 'bcryptprimitives.dll';
  const built = await ensureBuilt({
    output: name,
    folder: join(SOURCES, 'random'),
    libraries: ['advapi32'],
  });
  const target = join(prefix, 'drive_c', 'windows', 'system32', name);
  if (built.kind === 'ready' && !existsSync(target)) {
    copyFileSync(built.path, `${target}.${process.pid}`);
    renameSync(`${target}.${process.pid}`, target);
  }
  return built;
}
