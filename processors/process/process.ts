import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import { eachRecord } from '../../src/pipeline/each.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import { observeProcesses } from '../../src/telemetry/process_table_metrics.ts';
import type { processConfig } from './config.ts';
import { Redaction } from './redaction.ts';

/**
 * Gives every record the facts of the process it is of. What is learnt of processes is learnt from redacted
 * records, so that nothing else is kept; a batch that is offered again teaches nothing twice.
 */
export function processLogs(
  { account, meter }: Pick<ComponentContext, 'account' | 'meter'>,
  config: z.infer<typeof processConfig>,
  next: LogsConsumer,
): Component & LogsConsumer {
  const redaction = new Redaction(config.redact);
  const limits = { maxProcesses: config.max_processes, keepExited: config.keep_exited * 1000 };
  const hosts = new ProcessHosts(limits, config.ancestors, config.trace_window * 1000);
  observeProcesses(meter, hosts);
  return eachRecord(account, next, (record) => hosts.take(redaction.apply(record)));
}
