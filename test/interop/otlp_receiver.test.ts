import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { freePort } from './peers/ports.ts';
import { stop, until } from './peers/process.ts';
import { ROOT } from './shared_data.ts';
import { account, sigelWithConfig, startSigel } from './sigel.ts';

// Two nodes send to a real Collector, which hands on to Sigel, whose rules look at both.

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

const DEMO = join(ROOT, 'config', 'demo', 'shop_attack.etl.gz');
const RULES = `title: A shell
name: a_shell
logsource: { product: windows, category: process_creation }
detection:
  selection:
    Image|endswith: '\\cmd.exe'
  condition: selection
---
title: The same on several nodes
id: 0b4a3c0e-7f0c-4a53-9c0e-54a1d5d0c0aa
level: high
correlation:
  type: value_count
  rules: [a_shell]
  group-by: [process.executable.name]
  timespan: 1h
  condition: { field: host.name, gte: 2 }
`;

const folder = mkdtempSync(join(tmpdir(), 'sigel-nodes-'));
after(() => rmSync(folder, { recursive: true }));

function node(name: string, endpoint: string): string {
  return `receivers:
  etl: { include: [${JSON.stringify(DEMO)}] }
processors:
  process:
  resource: { attributes: [{ key: host.name, value: ${name}, action: upsert }] }
exporters:
  otlp_grpc: { endpoint: "${endpoint}", tls: { insecure: true } }
service:
  pipelines:
    logs: { receivers: [etl], processors: [process, resource], exporters: [otlp_grpc] }
`;
}

function gateway(endpoint: string, written: string): string {
  return `receivers:
  otlp: { protocols: { grpc: { endpoint: "${endpoint}" } } }
processors:
  signature: { builtin: false, rules: [${JSON.stringify(join(folder, 'rules.yml'))}] }
exporters:
  file: { path: ${JSON.stringify(written)} }
service:
  pipelines:
    logs: { receivers: [otlp], processors: [signature], exporters: [file] }
`;
}

test('rules see what happens on two nodes', { skip }, async () => {
  assert.ok(peer.kind === 'ready');
  const endpoint = `127.0.0.1:${await freePort()}`;
  const written = join(folder, 'written.jsonl');
  const config = join(folder, 'gateway.yaml');
  writeFileSync(join(folder, 'rules.yml'), RULES);
  writeFileSync(config, gateway(endpoint, written));
  const running = startSigel(['--config', config], { ledger: true });
  const collector = await startCollector({ path: peer.path, sink: { endpoint } });
  try {
    let sent = 0;
    for (const name of ['node-a', 'node-b']) {
      const run = await sigelWithConfig(node(name, collector.endpoint));
      assert.equal(run.code, 0, run.stderr);
      sent += account(run, 'exporter').delivered;
    }
    assert.ok(sent > 0);
    const lines = (): string => readFileSync(written, 'utf8');
    await until('both are written', () => (lines().match(/"eventName":/g)?.length ?? 0) > sent);
    await stop(running.child);
    const ended = await running.ended;
    assert.equal(ended.code, 0, ended.stderr);
    const [receiver, exporter] = [account(ended, 'receiver'), account(ended, 'exporter')];
    assert.equal(receiver.read, sent);
    const found = lines().match(/"eventName":"sigel.detection"/g)?.length ?? 0;
    assert.equal(found, 1);
    assert.match(lines(), /"The same on several nodes"/);
    assert.equal(exporter.delivered, sent + found);
    assert.ok(ended.ledger?.balanced);
  } finally {
    await collector.dispose();
    await stop(running.child);
  }
});
