import type { HrTime } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api';
import { Shape } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import { LogRecord } from '../../model/log_record.ts';
import { internResource } from '../../model/resource.ts';
import { scopeFor } from '../../model/scope.ts';
import type { Value } from '../../model/value.ts';

/** The event name of events that are given as fields by Sigma's names. */
export const FLAT_EVENT = 'windows.event';

const SHAPE = new Shape([Attr.eventLogChannel, Attr.etwProviderName, Attr.etwEventId, Attr.etwEventData]);
const TIMES = ['UtcTime', 'SystemTime', 'TimeCreated', '@timestamp', 'timestamp', 'EventTime', 'time'];
const MAX_FIELDS = 1024;

/**
 * A record of an event that is given as fields by Sigma's names, and where it is known `Channel`, `Provider_Name` and
 * `EventID`. Nested values stand under names joined with dots; null is no value. Its time is that of the first field
 * that holds one, else `fallback`.
 */
export function flatRecord(event: Readonly<Record<string, unknown>>, fallback: HrTime = [0, 0]): LogRecord {
  const fields: Record<string, Value> = Object.create(null);
  flatten(event, '', fields, 0);
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : undefined);
  const id = Number(fields['EventID'] ?? Number.NaN);
  const time = TIMES.map((key) => timeOf(text(key))).find((one) => one !== undefined) ?? fallback;
  return LogRecord.of({
    hrTime: time,
    hrTimeObserved: time,
    eventName: FLAT_EVENT,
    severityNumber: SeverityNumber.INFO,
    body: text('Image') ?? text('Provider_Name') ?? FLAT_EVENT,
    own: {
      shape: SHAPE,
      values: [
        text('Channel'),
        text('Provider_Name') ?? text('ProviderName'),
        Number.isInteger(id) ? id : undefined,
        fields,
      ],
    },
    blocks: [],
    resource: internResource({}),
    instrumentationScope: scopeFor('event'),
  });
}

function flatten(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  into: Record<string, Value>,
  depth: number,
): void {
  let left = MAX_FIELDS;
  for (const [key, one] of Object.entries(value)) {
    if (left-- === 0) return;
    const name = prefix + key;
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') into[name] = one;
    else if (Array.isArray(one))
      into[name] = one.filter((item) => typeof item === 'string' || typeof item === 'number');
    else if (typeof one === 'object' && one !== null && depth < 8) {
      flatten(one as Readonly<Record<string, unknown>>, `${name}.`, into, depth + 1);
    }
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)?$/;

function timeOf(text: string | undefined): HrTime | undefined {
  const [, day, time, fraction = '', zone = 'Z'] = TIME.exec(text?.slice(0, 64) ?? '') ?? [];
  const seconds = Date.parse(`${day}T${time}${zone}`) / 1000;
  return Number.isFinite(seconds) ? [seconds, Number(fraction.padEnd(9, '0'))] : undefined;
}
