import type { CheckedConfig } from '../config/checked.ts';
import { type RunResult, runService } from '../pipeline/service.ts';
import { detectResource } from '../resource_detection/detect.ts';
import { createDiagnostics, type Diagnostics } from '../telemetry/diagnostics.ts';
import { Ledger } from '../telemetry/ledger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { nodeResource } from '../telemetry/node_resource.ts';
import type { Io } from './command.ts';

/** How a run ended, and where everything went. */
export interface Run {
  readonly result: RunResult;
  readonly ledger: Ledger;
}

/**
 * Runs a checked configuration until its sources end or a signal asks it to stop (the reason of
 * `io.interruptible()` then says which), with Sigel's diagnostics on stderr.
 */
export async function runConfig(config: CheckedConfig, io: Io): Promise<Run> {
  const ledger = new Ledger();
  const { telemetry } = config.service;
  const detected = await detectResource({ config: telemetry.resource_detection, env: io.env });
  const resource = nodeResource(telemetry.resource, detected.attributes);
  let diagnostics: Diagnostics;
  try {
    diagnostics = await createDiagnostics(telemetry.logs, { stderr: io.stderr, resource });
  } catch (error) {
    io.stderr.write(
      `sigel: service::telemetry::logs: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return { result: 'failed', ledger };
  }
  const { logger } = diagnostics;
  for (const [detector, reason] of detected.failed)
    logger({}).warn('a detector could not tell what this machine is', { detector, reason });
  let metrics: Metrics;
  try {
    metrics = await createMetrics(telemetry.metrics, { resource, logger: logger({}) });
  } catch (error) {
    logger({}).error(
      `service::telemetry::metrics: ${error instanceof Error ? error.message : String(error)}`,
    );
    await diagnostics.shutdown();
    return { result: 'failed', ledger };
  }
  const result = await runService({
    config,
    ledger,
    metrics,
    resource,
    logger,
    stop: io.interruptible(),
    lastWords: metrics.shutdown,
  });
  for (const account of ledger.imbalances()) {
    diagnostics
      .logger({ component: account.id })
      .warn('the ledger does not add up', { off_by: account.imbalance() });
  }
  await diagnostics.shutdown();
  return { result, ledger };
}
