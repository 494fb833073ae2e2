import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const OPA = '1.22.3';

/** The path of Open Policy Agent's `opa`, from the cache or built now from Go modules (minutes). */
export async function ensureOpa(): Promise<Peer> {
  const binary = process.platform === 'win32' ? 'opa.exe' : 'opa';
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`opa-${OPA}-${process.platform}-${process.arch}`, async (target) => {
      const may = mayStillBuild('opa');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('opa needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target);
    });
    return { kind: 'ready', path: join(folder, binary) };
  } catch (error) {
    return refusal ?? missing(`opa could not be built: ${String(error)}`);
  }
}

async function build(target: string): Promise<void> {
  const began = Date.now();
  const work = join(target, 'work');
  mkdirSync(work);
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: target, GOFLAGS: '' };
  say(`building opa ${OPA} once (minutes; kept in the cache)`);
  // Without pulling from registries, which takes most of its dependencies.
  await step('go', ['install', '-tags', 'opa_no_oci', `github.com/open-policy-agent/opa@v${OPA}`], work, env);
  rmSync(work, { recursive: true, force: true });
  say(`built opa in ${Math.round((Date.now() - began) / 1000)} s`);
}
