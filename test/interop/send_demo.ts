import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ROOT } from './shared_data.ts';
import { type LedgerAccount, sigel } from './sigel.ts';

const CONFIG = join(ROOT, 'docker', 'sigel', 'demo.yaml');

/**
 * Sends the demo's records, detections, spans and metrics to a gateway (`127.0.0.1:PORT`) as the Sigel of
 * docker/compose.yaml does. Rejects where anything is not delivered; resolves to the accounts of its exporters.
 */
export async function sendDemo(endpoint: string): Promise<readonly LedgerAccount[]> {
  const run = await sigel(['--config', CONFIG], { ledger: true, env: { OTLP_ENDPOINT: endpoint } });
  assert.equal(run.code, 0, run.stderr);
  const sent = run.ledger?.accounts.filter(({ kind }) => kind === 'exporter') ?? [];
  for (const { delivered, dropped } of sent) {
    assert.ok(delivered > 0, run.stderr);
    assert.deepEqual(dropped, {}, run.stderr);
  }
  return sent;
}
