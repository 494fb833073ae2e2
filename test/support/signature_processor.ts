import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { z } from 'zod';
import { signatureConfig } from '../../processors/signature/config.ts';
import { SignatureProcessor } from '../../processors/signature/signature.ts';
import type { Host } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { flatRecord } from '../../src/sigma/event_log/flat_record.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { hostWith } from './hosts.ts';

/** Options of the processor, as one writes them. */
export type SignatureOptions = Partial<z.input<typeof signatureConfig>>;

/** A folder for a test file's rules, until it ends. */
export function ruleFolder(): (name: string, text: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-signature-'));
  after(() => rmSync(folder, { recursive: true }));
  return (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
}

/** A rule that fires on processes with this name; its id ends with the length of the name. `more`: of its detection. */
export function ruleText(name: string, level: string, more = ''): string {
  return `title: The ${name} runs
id: 00000000-0000-0000-0000-00000000000${name.length}
name: ${name}
level: ${level}
status: test
description: A tool that ${name} users start
author: The shop's team
date: 2026-01-01
modified: 2026-02-03
license: Apache-2.0
references: ['https://example.org/a', 'https://example.org/b']
falsepositives: [Administrators]
tags: [attack.execution, attack.t1059.001, attack.privilege_escalation, cve.2026-1]
logsource: {product: windows, category: process_creation}
detection:
    sel: {Image|endswith: '\\${name}.exe'}
    condition: sel
${more}---
`;
}

/** A process that starts in the pod web-1, at a second. */
export function started(image: string, second = 0, user = 'ann'): LogRecord {
  const time = new Date(Date.UTC(2026, 2, 1, 7, 0, second)).toISOString().replace('T', ' ').slice(0, 19);
  const fields = {
    EventID: 1,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Image: `C:\\${image}.exe`,
    User: user,
  };
  return flatRecord({ ...fields, UtcTime: time }).with({
    resource: internResource({ 'k8s.pod.name': 'web-1' }),
    spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
  });
}

/** A processor at work, and what came of it. */
export interface SignatureRun {
  readonly account: Account;
  readonly seen: LogBatch[];
  readonly logged: string[];
  readonly processor: SignatureProcessor;
  /** The values of a metric, by the value of its attribute. */
  readonly measured: (metric: string) => Promise<Readonly<Record<string, unknown>>>;
}

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Starts a processor; what it hands on has these outcomes, then is taken. */
export async function openSignatures(
  config: SignatureOptions,
  outcomes: Outcome[] = [],
  host: Host = hostWith(),
): Promise<SignatureRun> {
  const account = new Account('signature', 'processor');
  const seen: LogBatch[] = [];
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const next = {
    consumeLogs: async (batch: LogBatch) => {
      const outcome = outcomes.shift() ?? ACCEPTED;
      if (outcome.kind === 'accepted') seen.push(batch);
      return outcome;
    },
  };
  const resource = internResource({ 'host.name': 'node-1' });
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  const context = { id: 'signature', account, logger, meter, resource };
  const processor = new SignatureProcessor(context, signatureConfig.parse(config), next);
  await processor.start(host);
  const measured: SignatureRun['measured'] = async (metric) => {
    const { resourceMetrics } = await reader.collect();
    const points = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === metric)
      .flatMap(({ dataPoints }) => dataPoints as readonly DataPoint<unknown>[]);
    return Object.fromEntries(
      points.map(({ attributes, value }) => [Object.values(attributes).join(), value]),
    );
  };
  return { account, seen, logged, processor, measured };
}

/** What the records say, in order. */
export function bodies({ seen }: SignatureRun): unknown[] {
  return seen.flat().map(({ body }) => body);
}
