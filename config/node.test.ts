import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components } from '../src/components.ts';
import { loadConfig } from '../src/config/load.ts';
import { renderIssues } from '../src/config/render.ts';
import { Source } from '../src/config/source.ts';

const source = new Source('node.yaml', readFileSync(new URL('node.yaml', import.meta.url), 'utf8'));
const load = (env: Readonly<Record<string, string>>) =>
  loadConfig({ configs: [source], env, definitions: components, unsupported: 'warning' });

const STORAGE = 'C:\\ProgramData\\Sigel\\storage';
for (const [env, wanted] of [
  [{}, STORAGE],
  [{ SIGEL_STORAGE: 'D:\\sigel' }, 'D:\\sigel'],
] as const)
  test(`node.yaml keeps what is not delivered yet in ${wanted}`, async () => {
    const result = await load({ K8S_CLUSTER_NAME: 'shop-eu', ...env });
    assert.ok(result.kind === 'ok');
    const { extensions, exporters } = result.config;
    assert.equal(extensions.get('file_storage')?.config['directory'], wanted);
    assert.match(
      JSON.stringify(exporters.get('otlp_grpc')?.config['sending_queue']),
      /"storage":"file_storage"/,
    );
  });

test('node.yaml is valid where the cluster has a name', async () => {
  const result = await load({ K8S_CLUSTER_NAME: 'shop-eu' });
  assert.ok(result.kind === 'ok', result.kind === 'wrong' ? renderIssues(result.issues) : '');
  const { pipelines, telemetry, extensions } = result.config.service;
  assert.equal(telemetry.resource['k8s.cluster.name'], 'shop-eu');
  // So that it can be drained, and its silence is noticed.
  assert.ok(extensions.includes('control') && pipelines['logs']?.receivers.includes('agent'));
  // What a process did in which container has to be known before anything is left out.
  assert.deepEqual(pipelines['logs']?.processors, [
    'memory_limiter',
    'process',
    'file_facts',
    'container_attribution',
    'signature',
    'filter',
  ]);
});

for (const env of [{}, { K8S_CLUSTER_NAME: '' }]) {
  test(`node.yaml says what it lacks: ${JSON.stringify(env)}`, async () => {
    const result = await load(env);
    assert.ok(result.kind === 'wrong');
    const says = renderIssues(result.issues);
    assert.match(
      says,
      /^node\.yaml:\d+:\d+: error\[unset_variable\]: the environment variable K8S_CLUSTER_NAME is/m,
    );
    assert.match(says, /\n {2}set it to the name of this cluster, the same on all of its nodes\n/);
  });
}

test('the limits that node.yaml has as an example are valid', async () => {
  const lines = source.text.split('\n');
  const example = lines.find((line) => line.includes('# rate_limit:'));
  assert.ok(example !== undefined);
  const text = source.text
    .replace(example, example.replace('# ', ''))
    .replace('signature, filter]', 'signature, filter, rate_limit]');
  const result = await loadConfig({
    configs: [new Source('node.yaml', text)],
    env: { K8S_CLUSTER_NAME: 'shop-eu' },
    definitions: components,
    unsupported: 'warning',
  });
  assert.ok(result.kind === 'ok', result.kind === 'wrong' ? renderIssues(result.issues) : '');
  assert.equal(result.config.service.pipelines['logs']?.processors.at(-1), 'rate_limit');
});
