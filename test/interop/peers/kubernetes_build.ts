import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { run } from './process.ts';
import { haveTool } from './tools.ts';

/** The version of Kubernetes that is built. */
export const KUBERNETES = '1.37.2';
const API_SERVER = 'k8s.io/kubernetes/cmd/kube-apiserver';
// The version that this Kubernetes is tested with: its go.mod names it.
const ETCD = 'go.etcd.io/etcd/server/v3';

/** The folder that holds `kube-apiserver` and `etcd`, from the cache or built now from Go modules (minutes). */
export async function ensureKubernetes(): Promise<Peer> {
  let refusal: Peer | undefined;
  const key = `kubernetes-${KUBERNETES}-${process.platform}-${process.arch}`;
  try {
    const folder = await cached(key, async (target) => {
      const may = mayStillBuild('kube-apiserver');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('kube-apiserver needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target);
    });
    return { kind: 'ready', path: folder };
  } catch (error) {
    return refusal ?? missing(`kube-apiserver could not be built: ${String(error)}`);
  }
}

async function build(target: string): Promise<void> {
  const began = Date.now();
  const work = join(target, 'work');
  mkdirSync(work);
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  say(`building kube-apiserver ${KUBERNETES} and etcd once (minutes; kept in the cache)`);
  writeFileSync(join(work, 'go.mod'), await goMod(work));
  const version = `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`;
  await step('go', ['build', '-o', join(target, 'etcd'), ETCD], work, env);
  const flags = ['-ldflags', `-s -w ${version}`];
  await step('go', ['build', ...flags, '-o', join(target, 'kube-apiserver'), API_SERVER], work, env);
  rmSync(work, { recursive: true, force: true });
  say(`built kube-apiserver in ${Math.round((Date.now() - began) / 1000)} s`);
}

/**
 * A module that requires Kubernetes. Its staging modules are required as v0.0.0 and replaced by folders of its
 * own repository; published, they have its version with a 0 in front.
 */
async function goMod(cwd: string): Promise<string> {
  const { stdout, stderr } = await run(
    'go',
    ['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`],
    { cwd },
  );
  const { GoMod } = JSON.parse(stdout === '' ? '{}' : stdout) as { GoMod?: string };
  if (GoMod === undefined) throw new Error(`go mod download: ${stderr}${stdout}`);
  const text = readFileSync(GoMod, 'utf8');
  const staged = [...text.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(([, name]) => name);
  const version = `v0.${KUBERNETES.slice(KUBERNETES.indexOf('.') + 1)}`;
  const replaced = staged.map((name) => `replace ${name} => ${name} ${version}`);
  const go = /^go .*$/m.exec(text)?.[0] ?? '';
  const required = text.match(/^require \([\s\S]*?^\)/gm) ?? [];
  return ['module peers', go, `require k8s.io/kubernetes v${KUBERNETES}`, ...required, ...replaced, ''].join(
    '\n\n',
  );
}
