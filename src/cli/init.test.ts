import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../../test/support/cli_io.ts';
import { components } from '../components.ts';
import { loadConfig } from '../config/load.ts';
import { renderIssues } from '../config/render.ts';
import { Source } from '../config/source.ts';
import { nodeConfig } from './init/node_config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-init-'));
after(() => rmSync(folder, { recursive: true }));

/** What is wrong with a configuration on a Windows node, and what it comes to. */
async function loaded(text: string, env: Readonly<Record<string, string>>) {
  const configs = [new Source('sigel.yaml', text)];
  const result = await loadConfig({ configs, env, definitions: components, unsupported: 'warning' });
  const issues = result.kind === 'ok' ? result.warnings : result.issues;
  // What only Windows has is fine there.
  return renderIssues(issues.filter(({ code }) => code !== 'unsupported'));
}

/** The lines below the comments at the top. */
function bodyOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => !line.startsWith('#')));
}

test('what it writes runs without any variable, with all its comments', async () => {
  const file = join(folder, 'sigel.yaml');
  const args = ['init', file, '--cluster', 'shop-eu', '--endpoint', 'gateway:4317', '--insecure'];
  const { code, stderr } = await runCli(args);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /sigel --config/);
  const text = readFileSync(file, 'utf8');
  assert.equal(await loaded(text, {}), '');
  const config = parse(text);
  assert.equal(config.exporters.otlp_grpc.endpoint, '${env:OTLP_ENDPOINT:-gateway:4317}');
  assert.equal(config.exporters.otlp_grpc.tls.insecure, '${env:OTLP_INSECURE:-true}');
  assert.match(text, /^# yaml-language-server: \$schema=.*schema\.json\n/);
  // All else is config/node.yaml, line by line.
  const template = bodyOf(readFileSync(new URL('../../config/node.yaml', import.meta.url), 'utf8'));
  const changed = bodyOf(text).filter((line, index) => line !== template[index]);
  assert.deepEqual(
    changed.map((line) => line.trim().split(':')[0]),
    ['endpoint', 'insecure', 'k8s.cluster.name'],
  );
});

test('nothing given: it asks for the cluster when it runs', async () => {
  const { stdout } = await runCli(['init', '-']);
  assert.match(await loaded(stdout, {}), /K8S_CLUSTER_NAME.*set it to the name of this cluster/);
  assert.equal(await loaded(stdout, { K8S_CLUSTER_NAME: 'shop' }), '');
});

test('a cluster that YAML would take otherwise', async () => {
  const { stdout } = await runCli(['init', '-', '--cluster', 'a: b # c\nd']);
  assert.equal(await loaded(stdout, {}), '');
  assert.equal(
    parse(stdout).service.telemetry.resource['k8s.cluster.name'],
    '${env:K8S_CLUSTER_NAME:-a: b # c\nd}',
  );
});

test('a file that is there is not written over, unless told', async () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'mine');
  const { code, stderr } = await runCli(['init', file]);
  assert.equal(code, 1);
  assert.match(stderr, /is there already; --force/);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.equal((await runCli(['init', file, '--force'])).code, 0);
  assert.match(readFileSync(file, 'utf8'), /otlp_grpc/);
});

test('a folder that is not there', async () => {
  const file = join(folder, 'none', 'sigel.yaml');
  const { code, stderr } = await runCli(['init', file]);
  assert.equal(code, 1);
  assert.match(stderr, /none.sigel\.yaml cannot be written: no such folder$/m);
  assert.ok(!existsSync(file));
});

for (const [title, findings, expected] of [
  ['nobody looked', undefined, /^# Not on Windows/m],
  ['nothing is missing', [], /^# 'sigel doctor' found nothing/m],
  [
    'something is missing',
    [{ check: 'pipe', verdict: 'warn', found: 'no\ncontainerd', advice: 'Start it.' }],
    /^# What 'sigel doctor' found here:\n# {3}warn pipe: no containerd \(Start it\.\)$/m,
  ],
] as const) {
  test(`at the top, ${title}`, async () => {
    const text = nodeConfig({ cluster: 'a', insecure: false, findings });
    assert.match(text, expected);
    assert.equal(await loaded(text, {}), '');
  });
}
