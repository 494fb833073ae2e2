import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ROOT } from './shared_data.ts';
import { sigel } from './sigel.ts';

const CONFIG = join(ROOT, 'docker', 'sigel', 'demo.yaml');

/**
 * Sends the demo's records and detections as the Sigel of docker/compose.yaml does, or with one exporter instead of its own.
 * Rejects where anything is not delivered. `set`: what `--set` takes.
 */
export async function sendDemo(...set: readonly string[]): Promise<void> {
  const own = ['service::telemetry::metrics::readers=[]', ...set];
  const run = await sigel(['--config', CONFIG, ...own.flatMap((one) => ['--set', one])], { ledger: true });
  assert.equal(run.code, 0, run.stderr);
  const sent = run.ledger?.accounts.find(({ kind }) => kind === 'exporter');
  assert.ok((sent?.delivered ?? 0) > 700, run.stderr);
  assert.deepEqual(sent?.dropped, {}, run.stderr);
}
