import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { run } from './process.ts';
import { haveTool } from './tools.ts';

const JAEGER = '1.76.0';
const MODULE = 'github.com/jaegertracing/jaeger';

/** The path of a `jaeger` of the second line, from the cache or built now from Go modules (minutes). */
export async function ensureJaeger(): Promise<Peer> {
  const binary = process.platform === 'win32' ? 'jaeger.exe' : 'jaeger';
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`jaeger-${JAEGER}-${process.platform}-${process.arch}`, async (target) => {
      const may = mayStillBuild('Jaeger');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('Jaeger needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target, binary);
    });
    return { kind: 'ready', path: join(folder, binary) };
  } catch (error) {
    return refusal ?? missing(`Jaeger could not be built: ${String(error)}`);
  }
}

/** Its main package is part of its module, whose files in Go's cache are read-only: a copy is built. */
async function build(target: string, binary: string): Promise<void> {
  const began = Date.now();
  const work = join(target, 'work');
  mkdirSync(work);
  say(`building Jaeger ${JAEGER} once (minutes; kept in the cache)`);
  cpSync(await moduleFolder(work), work, { recursive: true });
  await step('chmod', ['-R', 'u+w', '.'], work, process.env);
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  const flags = ['-trimpath', '-ldflags=-s -w', '-o', join(target, binary)];
  await step('go', ['build', ...flags, './cmd/jaeger'], work, env);
  rmSync(work, { recursive: true, force: true });
  say(`built Jaeger in ${Math.round((Date.now() - began) / 1000)} s`);
}

async function moduleFolder(cwd: string): Promise<string> {
  const { stdout, stderr } = await run('go', ['mod', 'download', '-json', `${MODULE}@v${JAEGER}`], { cwd });
  const { Dir } = JSON.parse(stdout === '' ? '{}' : stdout) as { Dir?: string };
  if (Dir === undefined) throw new Error(`go mod download: ${stderr}${stdout}`);
  return Dir;
}
