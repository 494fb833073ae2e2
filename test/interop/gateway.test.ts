import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureCollector } from './peers/collector_build.ts';
import { freePort } from './peers/ports.ts';
import { capture, stop, until } from './peers/process.ts';
import { ROOT } from './shared_data.ts';
import { account, sigel } from './sigel.ts';

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

test('the gateway’s configuration takes the demo', { skip }, async () => {
  assert.equal(peer.kind, 'ready');
  const folder = mkdtempSync(join(tmpdir(), 'sigel-gateway-'));
  const output = join(folder, 'logs.jsonl');
  const endpoint = `127.0.0.1:${await freePort()}`;
  const child = spawn(peer.path, ['--config', join(ROOT, 'docker', 'collector', 'gateway.yaml')], {
    env: { ...process.env, OTLP_ENDPOINT: endpoint, OUTPUT: output, METRICS_LEVEL: 'none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = capture(child.stderr);
  try {
    await until('the gateway is ready', () => log().includes('Everything is ready'));
    const run = await sigel(
      ['replay', join(ROOT, 'config', 'demo', 'shop_attack.etl.gz'), '--otlp', endpoint],
      { ledger: true },
    );
    assert.equal(run.code, 0, run.stderr);
    await stop(child);
    const written = readFileSync(output, 'utf8').match(/"(?:timeUnixNano|startTimeUnixNano)"/g)?.length;
    assert.equal(written, account(run, 'exporter').delivered);
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
});
