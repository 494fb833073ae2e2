import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LEAST } from './chart_cases.ts';
import type { Helm, KubernetesObject } from './peers/helm.ts';
import { objectsOf } from './peers/helm.ts';
import type { RealKubernetes } from './peers/kubernetes.ts';
import type { Peer } from './peers/peer.ts';
import { freePort } from './peers/ports.ts';
import { capture, stop, until } from './peers/process.ts';
import { start, templateOf } from './rendered_agent.ts';

/** What a release of the chart is made with. */
export interface ReleasePeers {
  readonly helm: Helm;
  readonly api: RealKubernetes;
  readonly collector: Peer;
  /** The authority of the API server's certificate. */
  readonly caFile: string;
  readonly folder: string;
}

const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const ACCOUNTS = '/api/v1/namespaces/sigel/serviceaccounts';
const agents = (suffix = '') => `/apis/apps/v1/namespaces/sigel/daemonsets/sigel${suffix}`;

/** The chart as a release in a real API server, from install to uninstall. `peers` is asked when tests run. */
export function testRelease(peers: () => ReleasePeers): void {
  describe('as a release', () => {
    /** Runs helm against the API server. */
    async function release(command: string, values: object, ...flags: string[]): Promise<string> {
      const { helm, api, caFile } = peers();
      const peer = ['--kube-apiserver', api.address, '--kube-token', 'admin-token', '--kube-ca-file', caFile];
      const where = [...peer, '--namespace', 'sigel', ...flags];
      const { code, stdout, stderr } =
        command === 'uninstall'
          ? await helm.ask([command, 'sigel', ...where])
          : await helm.run(command, ['sigel'], values, where);
      assert.equal(code, 0, stderr);
      return stdout;
    }
    /** What pods are restarted for. */
    async function checksums(): Promise<[agent: unknown, canary: unknown]> {
      const of = async (suffix: string) => {
        const object = await peers().api.must('GET', agents(suffix));
        return templateOf(object as unknown as KubernetesObject).metadata.annotations['checksum/config'];
      };
      return [await of(''), await of('-canary')];
    }
    const canary = { enabled: true, config: { service: { drain_timeout: '10s' } } };
    const values = { ...LEAST, canary, rules: { files: { 'own.yml': 'title: One' } } };

    test('it would be installed, and is', async () => {
      await release('install', values, '--dry-run=server');
      assert.equal((await peers().api.call('GET', agents())).status, 404);
      assert.match(await release('install', values), /pod-security\.kubernetes\.io\/enforce=privileged/);
    });
    test('other rules reach running agents, without a restart', async () => {
      const before = await checksums();
      await release('upgrade', { ...values, rules: { files: { 'own.yml': 'title: Two' } } });
      const { data } = await peers().api.must('GET', '/api/v1/namespaces/sigel/configmaps/sigel-rules');
      assert.deepEqual(data, { 'own.yml': 'title: Two' });
      assert.deepEqual(await checksums(), before);
    });
    for (const [what, change, restarts] of [
      [
        'of the canary restarts the canary alone',
        { canary: { ...canary, config: { service: { drain_timeout: '20s' } } } },
        [false, true],
      ],
      ['restarts all', { config: { service: { drain_timeout: '30s' } } }, [true, true]],
    ] as const)
      test(`another configuration ${what}`, async () => {
        await release('upgrade', values);
        const [agent, itsCanary] = await checksums();
        await release('upgrade', { ...values, ...change });
        const [agentNow, canaryNow] = await checksums();
        assert.deepEqual([agent !== agentNow, itsCanary !== canaryNow], restarts);
      });
    for (const [kubernetesMetadata, status] of [
      [false, 403],
      [true, 200],
    ] as const)
      test(`the account of agents ${kubernetesMetadata ? 'reads pods, and no more' : 'has no rights'}`, async () => {
        await release('upgrade', { ...values, kubernetesMetadata });
        const token = await peers().api.tokenOf('sigel', 'sigel');
        const asked = async (path: string) => (await peers().api.call('GET', path, undefined, token)).status;
        assert.equal(await asked('/api/v1/pods'), status);
        assert.equal(await asked('/api/v1/namespaces/kube-system'), status);
        for (const path of ['/api/v1/secrets', '/api/v1/configmaps', '/api/v1/nodes', ACCOUNTS])
          assert.equal(await asked(path), 403, path);
      });
    test('the gateway’s Collector reads all that it asks for with the rights of its account', async (t) => {
      const { helm, collector, folder } = peers();
      if (collector.kind === 'missing') return t.skip(collector.reason);
      const [health, otlp] = [await freePort(), await freePort()];
      const config = {
        extensions: { health_check: { endpoint: `127.0.0.1:${health}` } },
        receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${otlp}` } } } },
        // Outside of a pod; and it starts only when it has read everything.
        processors: { k8s_attributes: { auth_type: 'kubeConfig', wait_for_metadata: true } },
        service: { telemetry: { metrics: { level: 'none' } } },
      };
      const all = { ...values, gateway: { enabled: true, backend: { endpoint: '127.0.0.1:1' }, config } };
      await release('upgrade', all);
      const objects = objectsOf(await helm.template(all));
      const gateway = objects.find(({ kind }) => kind === 'Deployment');
      assert.ok(gateway !== undefined);
      const root = mkdtempSync(join(folder, 'root-'));
      const { args, env } = start(gateway, objects, root);
      const child = spawn(
        collector.path,
        args.map((arg) => arg.replace('/etc/otelcol', `${root}/etc/otelcol`)),
        {
          env: { ...env, KUBECONFIG: await kubeconfig('sigel-gateway', root) },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      const log = capture(child.stderr);
      try {
        await until(
          'the Collector is ready',
          () => child.exitCode !== null || log().includes('Everything is ready'),
        );
        assert.match(log(), /Everything is ready/);
        assert.doesNotMatch(log(), /forbidden/);
      } finally {
        await stop(child);
      }
    });
    /** The file by which a client outside of a pod uses an account. */
    async function kubeconfig(account: string, root: string): Promise<string> {
      const { api, caFile } = peers();
      const file = join(root, 'kubeconfig');
      const cluster = { server: api.address, 'certificate-authority': caFile };
      writeFileSync(
        file,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [{ name: 'one', cluster }],
          users: [{ name: account, user: { token: await api.tokenOf('sigel', account) } }],
          contexts: [{ name: 'one', context: { cluster: 'one', user: account } }],
          'current-context': 'one',
        }),
      );
      return file;
    }
    test('it leaves nothing behind', async () => {
      await release('uninstall', {});
      for (const path of [
        agents(),
        agents('-canary'),
        `${ACCOUNTS}/sigel`,
        `${ROLES}/sigel-sigel`,
        `${ROLES}/sigel-sigel-gateway`,
      ])
        assert.equal((await peers().api.call('GET', path)).status, 404, path);
    });
  });
}
