import assert from 'node:assert/strict';
import { demoConfig } from '../support/demo_records.ts';
import { sigelWithConfig } from './sigel.ts';

/**
 * Sends the demo's records and detections through one exporter; `behind` are processors, without options, behind the
 * rules. Rejects where anything is not delivered.
 */
export async function sendDemo(
  exporter: string,
  options: Readonly<Record<string, unknown>>,
  behind: readonly string[] = [],
): Promise<void> {
  const run = await sigelWithConfig(demoConfig(exporter, options, behind));
  assert.equal(run.code, 0, run.stderr);
  const sent = run.ledger?.accounts.find(({ kind }) => kind === 'exporter');
  assert.deepEqual(sent?.dropped, {}, run.stderr);
}
