/**
 * The Helm chart, judged by those who will: helm itself, the schemas that Kubernetes publishes, a real API server, the
 * configuration's own check, a real Collector for the gateway's, and helm-unittest.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { createCertificates } from '../support/certificates.ts';
import { runCli } from '../support/cli_io.ts';
import { blocksOf, commandsOf } from '../support/documents.ts';
import { CASES, LEAST, REFUSED } from './chart_cases.ts';
import { testPod } from './chart_pod.ts';
import { testRelease } from './chart_release.ts';
import { ensureChartTools } from './peers/chart_tools_build.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { Helm, type KubernetesObject, objectsOf } from './peers/helm.ts';
import { RealKubernetes } from './peers/kubernetes.ts';
import { ensureKubernetes } from './peers/kubernetes_build.ts';
import { podMonitorDefinition, writeSchemas } from './peers/kubernetes_schemas.ts';
import type { Peer } from './peers/peer.ts';
import { run, until } from './peers/process.ts';
import { start, templateOf } from './rendered_agent.ts';
import { ROOT } from './shared_data.ts';

const tools = await ensureChartTools();
const kubernetes = await ensureKubernetes();
const collector = await ensureCollector();
const certificates = createCertificates();
after(() => certificates?.remove());
const reasonOf = (peer: Peer) => (peer.kind === 'missing' ? peer.reason : false);
const skip =
  certificates === undefined ? 'certificates need openssl' : reasonOf(tools) || reasonOf(kubernetes);

const CHART = join(ROOT, 'charts', 'sigel');
const README = 'charts/sigel/README.md';
const DOCUMENTS = [README, 'docs/install-aks.md', 'docs/install-eks.md', 'docs/install-gke.md'];

describe('charts/sigel', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-chart-'));
  let helm: Helm;
  let api: RealKubernetes;
  let schemas: string;
  const tool = (name: string): string => join(tools.kind === 'ready' ? tools.path : '', name);

  before(async () => {
    assert.ok(kubernetes.kind === 'ready' && certificates !== undefined);
    helm = new Helm(tool('helm'), CHART);
    api = new RealKubernetes(kubernetes.path, certificates);
    await api.start();
    const definition = await podMonitorDefinition();
    schemas = await writeSchemas(folder, definition);
    await api.must('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    for (const name of ['sigel', 'watch'])
      await api.must('POST', '/api/v1/namespaces', {
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      });
    const monitors = '/apis/monitoring.coreos.com/v1/podmonitors';
    await until('PodMonitors are known', async () => (await api.call('GET', monitors)).status === 200);
  });
  after(async () => {
    helm?.dispose();
    await api?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What an API server says of an object that it does not keep: nothing, when it would. */
  async function refusal(object: KubernetesObject): Promise<unknown> {
    const path = await api.pathOf(object);
    const { status, body } = await api.call('POST', `${path}?dryRun=All&fieldValidation=Strict`, object);
    return status === 201 ? undefined : body['message'];
  }

  /** Has `sigel validate` look at the configuration of agents, as it is mounted in their pods. */
  async function validate(agent: KubernetesObject, objects: readonly KubernetesObject[]): Promise<void> {
    const { args, env } = start(agent, objects, mkdtempSync(join(folder, 'root-')));
    const [command, ...rest] = args;
    assert.equal(command, 'run');
    const checked = ['validate', ...rest.filter((arg) => arg !== '--watch-config')];
    const { code, stderr } = await runCli(checked, env);
    assert.equal(code, 0, stderr);
  }

  for (const [what, values, kinds] of CASES)
    test(what, async (t) => {
      const text = await helm.template(values);
      const objects = objectsOf(text);

      await t.test('helm lint finds nothing', async () => {
        const { code, stdout, stderr } = await helm.run('lint', [], values, ['--strict']);
        assert.equal(code, 0, stdout + stderr);
      });
      await t.test('its objects are those', () => {
        const found = Object.groupBy(objects, ({ kind }) => kind);
        const counts = Object.fromEntries(
          Object.entries(found).map(([kind, those]) => [kind, those?.length]),
        );
        assert.deepEqual(counts, kinds);
        assert.deepEqual(
          new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size,
          objects.length,
        );
      });
      await t.test('they have the fields that Kubernetes knows, and no others', async () => {
        const file = join(folder, 'objects.yaml');
        writeFileSync(file, text);
        const flags = ['-strict', '-summary', '-schema-location', schemas];
        const { code, stdout } = await run(tool('kubeconform'), [...flags, file]);
        assert.equal(code, 0, stdout);
        assert.match(stdout, new RegExp(`${objects.length} resources found .* Valid: ${objects.length},`));
      });
      await t.test('an API server takes them, and the pods', async () => {
        for (const object of objects) {
          assert.equal(await refusal(object), undefined, `${object.kind} ${object.metadata.name}`);
          if (object.kind !== 'DaemonSet' && object.kind !== 'Deployment') continue;
          const pod = { apiVersion: 'v1', kind: 'Pod', ...templateOf(object) };
          assert.equal(
            await refusal({ ...pod, metadata: { ...pod.metadata, ...object.metadata, name: 'one' } }),
            undefined,
          );
        }
      });
      for (const agent of objects.filter(({ kind }) => kind === 'DaemonSet'))
        await t.test(`the configuration of ${agent.metadata.name} is one`, async () => {
          if ('existingConfigMap' in values) return;
          const { args, env } = start(agent, objects, mkdtempSync(join(folder, 'root-')));
          const [command, ...rest] = args;
          assert.equal(command, 'run');
          const { code, stderr } = await runCli(
            ['validate', ...rest.filter((arg) => arg !== '--watch-config')],
            env,
          );
          assert.equal(code, 0, stderr);
        });
      for (const gateway of objects.filter(({ kind }) => kind === 'Deployment'))
        await t.test('a Collector takes the gateway’s', { skip: reasonOf(collector) }, async () => {
          assert.ok(collector.kind === 'ready');
          const root = mkdtempSync(join(folder, 'root-'));
          const { args, env } = start(gateway, objects, root);
          const there = args.map((arg) => arg.replace('/etc/otelcol', `${root}/etc/otelcol`));
          const { code, stderr } = await run(collector.path, ['validate', ...there], { env });
          assert.equal(code, 0, stderr);
        });
    });

  testPod(() => ({ helm, folder }));

  for (const [what, values, said] of REFUSED)
    test(`refused, with a sentence: ${what}`, async () => {
      const { code, stderr } = await helm.run('template', ['sigel'], values);
      assert.equal(code, 1);
      assert.match(stderr, said);
    });

  test('its unit tests', async () => {
    const { code, stdout } = await run(tool('helm-unittest'), ['--strict', CHART]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Tests: +\d\d+ passed/);
  });

  for (const document of DOCUMENTS) {
    test(`${document}: its commands of helm make objects`, async () => {
      const commands = blocksOf(document)
        .flatMap(commandsOf)
        .filter((command) => command.startsWith('helm '));
      assert.ok(commands.length > 0);
      for (const command of commands) {
        const [made = ''] = command.replace(/^helm (upgrade --install|template) /, 'template ').split(' > ');
        const args = made.split(' ').map((word) => (word === 'charts/sigel' ? CHART : word));
        const { code, stderr } = await helm.ask(args);
        assert.equal(code, 0, `${command}: ${stderr}`);
      }
    });
  }
  test('the values that its README shows are accepted, and the configuration that comes of them', async () => {
    const shown = blocksOf(README).filter(({ text }) => text.startsWith('# values.yaml'));
    assert.equal(shown.length, 3);
    for (const { text } of shown) {
      const objects = objectsOf(await helm.template({ ...LEAST, ...parse(text) }));
      for (const object of objects) assert.equal(await refusal(object), undefined);
      for (const agent of objects.filter(({ kind }) => kind === 'DaemonSet')) await validate(agent, objects);
    }
  });

  testRelease(() => {
    assert.ok(certificates !== undefined);
    return { helm, api, collector, caFile: certificates.caFile, folder };
  });
});
