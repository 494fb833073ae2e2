import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const MODULE = 'github.com/docker/compose/v2';
const VERSION = '2.40.3';

/** The path of Docker's client for compose files, which needs no engine to read one; from the cache or built now. */
export async function ensureCompose(): Promise<Peer> {
  const program = process.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose';
  let refusal: Peer | undefined;
  try {
    const key = `docker-compose-${VERSION}-${process.platform}-${process.arch}`;
    const folder = await cached(key, async (target) => {
      const may = mayStillBuild('docker-compose');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('docker-compose needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target, program);
    });
    return { kind: 'ready', path: join(folder, program) };
  } catch (error) {
    return refusal ?? missing(`docker-compose could not be built: ${String(error)}`);
  }
}

async function build(target: string, program: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  const source = join(target, 'source');
  mkdirSync(source);
  // Its replacements of modules keep `go install` from building it; as a dependency it has none.
  writeFileSync(join(source, 'go.mod'), 'module peer\n\ngo 1.24\n');
  say(`building docker-compose ${VERSION} once (some minutes; kept in the cache)`);
  await step('go', ['get', `${MODULE}/cmd@v${VERSION}`], source, env);
  await step('go', ['build', '-trimpath', '-o', join(target, program), `${MODULE}/cmd`], source, env);
  rmSync(source, { recursive: true });
}
