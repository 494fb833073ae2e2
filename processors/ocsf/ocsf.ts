import type { z } from 'zod';
import type { Component, LogsConsumer } from '../../src/component.ts';
import { eachRecord } from '../../src/pipeline/each.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { ocsfConfig } from './config.ts';
import { detectionFinding } from './finding.ts';

/** Gives detections the body that OCSF has for them; all else stays as it is, and so do other records. */
export function ocsfFindings(
  account: Account,
  config: z.infer<typeof ocsfConfig>,
  next: LogsConsumer,
): Component & LogsConsumer {
  const isText = config.body === 'json';
  return eachRecord(account, next, (record) => {
    if (record.eventName !== DETECTION) return record;
    const finding = detectionFinding(record);
    return record.with({ body: isText ? JSON.stringify(finding) : finding });
  });
}
