/**
 * What lies in docker/ for others to read, read by them: the compose file by Docker's own client, each
 * gateway's configuration by a real Collector.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ensureCollector } from './peers/collector_build.ts';
import { ensureCompose } from './peers/compose_build.ts';
import type { Peer } from './peers/peer.ts';
import { run } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-gateways-'));
after(() => rmSync(folder, { recursive: true }));

const compose = await ensureCompose();
const all = await ensureCollector();
const views = await ensureCollector('views.yaml');
const reasonOf = (peer: Peer) => (peer.kind === 'missing' ? peer.reason : false);

const GATEWAYS: readonly (readonly [file: string, peer: Peer])[] = [
  ['gateway.yaml', all],
  ['load_balancing.yaml', all],
  ['kafka_producer.yaml', all],
  ['kafka_consumer.yaml', all],
  ['k8s_attributes.yaml', all],
  ['views.yaml', views],
];

function validate(peer: Peer, file: string) {
  assert.equal(peer.kind, 'ready');
  return run(peer.path, ['validate', '--config', file]);
}

for (const [file, peer] of GATEWAYS) {
  test(`docker/collector/${file} is valid to a Collector`, { skip: reasonOf(peer) }, async () => {
    const { code, stderr } = await validate(peer, join(ROOT, 'docker', 'collector', file));
    assert.equal(code, 0, stderr);
  });
}

test('and what is not is refused', { skip: reasonOf(all) }, async () => {
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(
    wrong,
    'receivers: {otlp: {protocols: {grcp: }}}\nservice: {pipelines: {logs: {receivers: [otlp]}}}\n',
  );
  const { code, stderr } = await validate(all, wrong);
  assert.notEqual(code, 0);
  assert.match(stderr, /grcp/);
});

test('docker/compose.yaml is what Docker’s client reads', { skip: reasonOf(compose) }, async () => {
  assert.equal(compose.kind, 'ready');
  const read = await run(compose.path, [
    '-f',
    join(ROOT, 'docker', 'compose.yaml'),
    'config',
    '--format',
    'json',
  ]);
  assert.equal(read.code, 0, read.stderr);
  const { services } = JSON.parse(read.stdout) as { services: Record<string, unknown> };
  assert.deepEqual(Object.keys(services).toSorted(), [
    'elasticsearch',
    'gateway',
    'grafana',
    'jaeger',
    'loki',
    'prometheus',
    'sigel',
    'story',
  ]);
  const wrong = join(folder, 'compose.yaml');
  writeFileSync(wrong, 'services: {a: {image: a:1, portz: ["1:1"]}}\n');
  const refused = await run(compose.path, ['-f', wrong, 'config']);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr + refused.stdout, /portz/);
});
