import type { CheckResult } from '../config/check.ts';
import type { CheckedConfig } from '../config/checked.ts';
import { type RunResult, Service } from '../pipeline/service.ts';
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

/** How the configuration may change while it runs. */
export interface Changes {
  /** Reads it again. */
  readonly load: () => Promise<CheckResult>;
  /** Whether that is done without being asked. */
  readonly watch: boolean;
}

/** How often a watched configuration is read, in milliseconds. It takes some milliseconds of time. */
const WATCH_INTERVAL = 5_000;

/**
 * Runs a checked configuration until its sources end or a signal asks it to stop (the reason of
 * `io.interruptible()` then says which), with Sigel's diagnostics on stderr.
 */
export async function runConfig(config: CheckedConfig, io: Io, changes?: Changes): Promise<Run> {
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
  const service = new Service({
    config,
    ledger,
    metrics,
    resource,
    logger,
    stop: io.interruptible(),
    onRunning: () => io.running(),
    lastWords: metrics.shutdown,
    ...(changes === undefined ? {} : { load: changes.load }),
  });
  if (changes !== undefined) io.onReload(() => void service.reload());
  // By looking, as for rules: mounted configurations change by links, of which no file system tells everywhere.
  const watching =
    changes?.watch === true
      ? setInterval(() => void service.reload({ onlyChanged: true }), WATCH_INTERVAL)
      : undefined;
  const result = await service.run();
  clearInterval(watching);
  for (const account of ledger.imbalances()) {
    diagnostics
      .logger({ component: account.id })
      .warn('the ledger does not add up', { off_by: account.imbalance() });
  }
  await diagnostics.shutdown();
  return { result, ledger };
}
