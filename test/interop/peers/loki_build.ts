import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { moduleFolder } from './go_protos.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const LOKI = '3.7.8';

/** The path of Grafana Loki's `loki`, from the cache or built now from its Go module (a quarter of an hour). */
export async function ensureLoki(): Promise<Peer> {
  const binary = process.platform === 'win32' ? 'loki.exe' : 'loki';
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`loki-${LOKI}-${process.platform}-${process.arch}`, async (target) => {
      const may = mayStillBuild('loki');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('loki needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target, binary);
    });
    return { kind: 'ready', path: join(folder, binary) };
  } catch (error) {
    return refusal ?? missing(`loki could not be built: ${String(error)}`);
  }
}

async function build(target: string, binary: string): Promise<void> {
  const began = Date.now();
  const work = join(target, 'work');
  mkdirSync(work);
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  say(`building loki ${LOKI} once (a quarter of an hour; kept in the cache)`);
  const source = join(work, 'loki');
  cpSync(await moduleFolder(`github.com/grafana/loki/v3@v${LOKI}`), source, { recursive: true });
  await step('chmod', ['-R', 'u+w', source], work, env);
  // A folder of its repository that its module does not hold; published, it is a module of its own.
  await step('go', ['mod', 'edit', '-dropreplace=github.com/grafana/loki/pkg/push'], source, env);
  const flags = ['-trimpath', '-ldflags=-s', '-o', join(target, binary)];
  await step('go', ['build', ...flags, './cmd/loki'], source, env);
  rmSync(work, { recursive: true, force: true });
  say(`built loki in ${Math.round((Date.now() - began) / 1000)} s`);
}
