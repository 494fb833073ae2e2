import { createNoopMeter, SeverityNumber, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ComponentContext } from '../../src/component.ts';
import { AttributeBlock, NO_ATTRIBUTES, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { LogRecord, type LogRecordInit } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Span } from '../../src/model/span.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { type Logger, SILENT } from '../../src/telemetry/logger.ts';

const SCHEMA = new AttributeBlock(new Shape([Attr.etwProviderName, Attr.etwEventId]), ['Test-Provider', 1]);
const OWN = new Shape([Attr.processPid, Attr.processCommandLine]);
const SCOPE = { name: 'sigel/test', version: '1' };
export const RESOURCE = internResource({ 'host.name': 'node-1' });

const BASE = LogRecord.of({
  hrTime: [1_700_000_000, 0],
  hrTimeObserved: [1_700_000_001, 0],
  eventName: 'process.start',
  severityNumber: SeverityNumber.INFO,
  severityText: 'INFO',
  body: '',
  own: NO_ATTRIBUTES,
  blocks: [SCHEMA],
  resource: RESOURCE,
  instrumentationScope: SCOPE,
});

/** A small process.start record; `n` is its pid and nanosecond. As those of receivers, all have the same in common. */
export function logRecord(n: number, changes: Partial<LogRecordInit> = {}): LogRecord {
  return BASE.with({
    hrTime: [1_700_000_000, n],
    body: `process ${n} started`,
    own: { shape: OWN, values: [n, `C:\\Windows\\tool.exe /n ${n}`] },
    ...changes,
  });
}

/** Records with pids from 1. */
export function logRecords(count: number, changes: Partial<LogRecordInit> = {}): LogRecord[] {
  return Array.from({ length: count }, (_, i) => logRecord(i + 1, changes));
}

/** A small finished span. */
export function span(name: string, changes: Partial<Span> = {}): Span {
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1_700_000_000, 0],
    endTime: [1_700_000_001, 0],
    status: { code: SpanStatusCode.UNSET },
    attributes: { 'process.pid': 4 },
    links: [],
    events: [],
    duration: [1, 0],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...changes,
  };
}

/** The context of an exporter under test, with an account of its own. */
export function exporterContext(id: string, logger: Logger = SILENT): ComponentContext {
  return { id, logger, account: new Account(id, 'exporter'), meter: createNoopMeter(), resource: RESOURCE };
}
