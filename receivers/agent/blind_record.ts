import { SeverityNumber } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import type { Seen } from './last_seen.ts';

const SHAPE = new Shape([Attr.agentCause, Attr.blindDuration]);

/**
 * The record that says nobody looked at this node since an earlier run was last alive; undefined where that was in this run, which
 * began at `startedAt`, or the clock was set back. Times in Unix milliseconds.
 */
export function blindRecord(
  seen: Seen,
  startedAt: number,
  resource: Resource,
  now: number,
): LogRecord | undefined {
  if (seen.at >= startedAt) return undefined;
  const seconds = (now - seen.at) / 1000;
  const hrTime: [number, number] = [Math.floor(now / 1000), (now % 1000) * 1e6];
  return LogRecord.of({
    hrTime,
    hrTimeObserved: hrTime,
    eventName: 'sigel.agent.blind',
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: `nobody looked for ${seconds.toFixed(1)} s: the agent ${seen.ended ? 'was stopped' : 'did not end in order'}`,
    own: { shape: SHAPE, values: [seen.ended ? 'stopped' : 'killed', seconds] },
    blocks: [],
    resource,
    instrumentationScope: scopeFor('agent'),
  });
}
