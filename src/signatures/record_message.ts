import type { HrTime, SpanContext } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api';
import { type AttributeKey, Shape } from '../model/attribute_set.ts';
import { registered } from '../model/attributes.ts';
import { eventUid } from '../model/event_uid.ts';
import { LogRecord } from '../model/log_record.ts';
import { internResource } from '../model/resource.ts';
import { scopeFor } from '../model/scope.ts';
import type { Value } from '../model/value.ts';
import type { SignatureRecord } from './api.ts';
import { RecordView } from './record_view.ts';

/** A record on its way to another thread: a signature's view of it, and what its detection needs to be told. */
export interface RecordMessage extends SignatureRecord {
  readonly told: {
    readonly hrTime: HrTime;
    readonly hrTimeObserved: HrTime;
    readonly spanContext: SpanContext | undefined;
    /** Of the event: log.record.uid. */
    readonly uid: string;
  };
}

/** The message of a record. */
export function messageOf(log: LogRecord): RecordMessage {
  const { eventName, time, pid, container, attributes, resource } = new RecordView(log);
  const { hrTime, hrTimeObserved } = log;
  const told = { hrTime, hrTimeObserved, spanContext: idsOf(log.spanContext), uid: eventUid(log) };
  return { eventName, time, pid, container, attributes, resource, told };
}

/** A context may lead to all that is known of its process: nothing to hand to another thread. */
function idsOf(context: SpanContext | undefined): SpanContext | undefined {
  if (context === undefined) return undefined;
  const { traceId, spanId, traceFlags } = context;
  return { traceId, spanId, traceFlags };
}

/** A log record of what a message tells, for a detection about a record that went on long ago. */
export function recordOf({ eventName, attributes, resource, told }: RecordMessage): LogRecord {
  const keys: AttributeKey[] = [];
  const values: Value[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const key = registered(name);
    if (key === undefined || value === undefined) continue;
    keys.push(key);
    values.push(value);
  }
  return LogRecord.of({
    hrTime: told.hrTime,
    hrTimeObserved: told.hrTimeObserved,
    eventName,
    severityNumber: SeverityNumber.INFO,
    body: eventName,
    own: { shape: new Shape(keys), values },
    blocks: [],
    resource: internResource({ ...resource }),
    instrumentationScope: scopeFor('signature'),
    spanContext: told.spanContext,
  });
}
