import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { ROOT } from './shared_data.ts';
import { account, sigelWithConfig } from './sigel.ts';

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

const DEMO = JSON.stringify(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz'));

for (const encoding of ['proto', 'json']) {
  test(`otlp_http, ${encoding}: a Collector has every record, with its name and body`, { skip }, async () => {
    assert.equal(peer.kind, 'ready');
    const collector = await startCollector({ path: peer.path, protocol: 'http' });
    try {
      const run = await sigelWithConfig(configuration(collector.endpoint, encoding));
      assert.equal(run.code, 0, run.stderr);
      await collector.stop();
      const { delivered, dropped } = account(run, 'exporter');
      assert.deepEqual(dropped, {});
      assert.ok(delivered > 0);
      const stored = readFileSync(collector.file, 'utf8');
      for (const field of ['timeUnixNano', 'eventName', 'body'])
        assert.equal(stored.match(new RegExp(`"${field}":`, 'g'))?.length, delivered, field);
    } finally {
      await collector.dispose();
    }
  });
}

function configuration(endpoint: string, encoding: string): string {
  return `receivers:
  etl: { include: [${DEMO}] }
processors:
  memory_limiter:
exporters:
  otlp_http: { endpoint: "http://${endpoint}", encoding: ${encoding} }
service:
  pipelines:
    logs:
      receivers: [etl]
      processors: [memory_limiter]
      exporters: [otlp_http]
`;
}
