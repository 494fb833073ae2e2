import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

/** The programs that judge charts, by the file they become: package and version of their Go modules. */
const TOOLS = {
  helm: { module: 'helm.sh/helm/v4', command: '/cmd/helm', version: '4.3.1' },
  kubeconform: { module: 'github.com/yannh/kubeconform', command: '/cmd/kubeconform', version: '0.8.0' },
  'helm-unittest': {
    module: 'github.com/helm-unittest/helm-unittest',
    command: '/cmd/helm-unittest',
    version: '1.1.2',
  },
} as const;

/** A fork that helm-unittest's own go.mod puts in the place of a module; replacements count in the main module alone. */
const REPLACED =
  'github.com/vmware-labs/yaml-jsonpath v0.3.2 => github.com/helm-unittest/yaml-jsonpath v0.4.0';

/** The folder that holds {@link TOOLS}, from the cache or built now from Go modules (minutes). */
export async function ensureChartTools(): Promise<Peer> {
  let refusal: Peer | undefined;
  const versions = Object.entries(TOOLS).map(([name, { version }]) => `${name}-${version}`);
  try {
    const key = `${versions.join('-')}-${process.platform}-${process.arch}`;
    const folder = await cached(key, async (target) => {
      const may = mayStillBuild('helm');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('helm needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target);
    });
    return { kind: 'ready', path: folder };
  } catch (error) {
    return refusal ?? missing(`helm could not be built: ${String(error)}`);
  }
}

/** Each in a module of its own, so that none chooses the other's dependencies. */
async function build(target: string): Promise<void> {
  const began = Date.now();
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  say('building helm, helm-unittest and kubeconform once (minutes; kept in the cache)');
  for (const [name, { module, command, version }] of Object.entries(TOOLS)) {
    const work = join(target, `${name}-work`);
    mkdirSync(work);
    // Without a version of Go it would ask for all that dependencies of dependencies once needed.
    writeFileSync(
      join(work, 'go.mod'),
      `module peers\n\ngo 1.24.0\n\nrequire ${module} v${version}\n\nreplace ${REPLACED}\n`,
    );
    await step('go', ['build', '-ldflags=-s', '-o', join(target, name), module + command], work, env);
    rmSync(work, { recursive: true, force: true });
  }
  say(`built helm in ${Math.round((Date.now() - began) / 1000)} s`);
}
