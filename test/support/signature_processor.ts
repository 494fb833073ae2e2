import { createNoopMeter, type Meter } from '@opentelemetry/api';
import type { z } from 'zod';
import { signatureConfig } from '../../processors/signature/config.ts';
import { SignatureProcessor } from '../../processors/signature/signature.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { flatRecord } from '../../src/sigma/event_log/flat_record.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';

/** A processor that runs, and what came of it. */
export interface SignatureRun {
  readonly processor: SignatureProcessor;
  readonly account: Account;
  readonly seen: LogBatch[];
  readonly logged: string[];
}

/** Starts a `signature` processor without the built-in rules, before a consumer that takes everything. */
export async function runSignature(
  config: Partial<z.input<typeof signatureConfig>>,
  meter: Meter = createNoopMeter(),
): Promise<SignatureRun> {
  const account = new Account('signature', 'processor');
  const seen: LogBatch[] = [];
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const context = { id: 'signature', account, logger, meter, resource: internResource({}) };
  const next = {
    consumeLogs: async (batch: LogBatch) => {
      seen.push(batch);
      return ACCEPTED;
    },
  };
  const processor = new SignatureProcessor(
    context,
    signatureConfig.parse({ builtin: false, ...config }),
    next,
  );
  await processor.start();
  return { processor, account, seen, logged };
}

/** The bodies of all records that went on. */
export const bodiesOf = ({ seen }: SignatureRun): unknown[] => seen.flat().map(({ body }) => body);

/** A rule that fires when a program starts, a document of a file. */
export const ruleText = (program: string, more = ''): string => `title: ${program} runs
name: ${program}
level: high
logsource: {product: windows, category: process_creation}
detection:
    sel: {Image|endswith: '\\${program}.exe'}
    condition: sel
${more}---
`;

/** A program that starts, at a second. */
export const startOf = (program: string, second = 0, more: Readonly<Record<string, unknown>> = {}) =>
  flatRecord({
    EventID: 1,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Image: `C:\\${program}.exe`,
    UtcTime: new Date(Date.UTC(2026, 2, 1) + 1000 * second).toISOString(),
    ...more,
  });
