import type { Resource } from '@opentelemetry/resources';
import { Shape } from '../../../src/model/attribute_set.ts';
import { Attr } from '../../../src/model/attributes.ts';
import { LogRecord } from '../../../src/model/log_record.ts';
import { scopeFor } from '../../../src/model/scope.ts';
import { severityOf } from '../../../src/sigma/detection_record.ts';
import type { Excess } from './cap.ts';

/** The event name of what says how many detections were held back. */
export const SUMMARY = 'sigel.detection.summary';

const OWN = new Shape([Attr.detectionHeldBack, Attr.detectionHeldBackRules]);

/** The record of what was held back in a minute: of the node, at the minute's end, as grave as the gravest. */
export function summaryRecord({ end, count, level, rules }: Excess, resource: Resource): LogRecord {
  const hrTime: [number, number] = [Math.floor(end / 1000), Math.floor((end % 1000) * 1e6)];
  return LogRecord.of({
    hrTime,
    hrTimeObserved: hrTime,
    eventName: SUMMARY,
    severityNumber: severityOf(level),
    severityText: level,
    body: `${count} detections in a minute were held back: more than are told`,
    own: { shape: OWN, values: [count, Object.assign(Object.create(null), Object.fromEntries(rules))] },
    blocks: [],
    resource,
    instrumentationScope: scopeFor('signature'),
  });
}
