import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import type { ProviderMapping } from '../../src/etw/events/mapping.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { type MadeEventInit, madeEvent } from './made_event.ts';

/** A case of a mapping table's test: an event of the provider and the record it must become. */
export interface MappedCase {
  readonly title: string;
  /** The event's id or opcode, whichever the table goes by. */
  readonly event: number;
  readonly payload: NonNullable<MadeEventInit['payload']>;
  readonly header?: Partial<MadeEventInit>;
  readonly eventName: string;
  readonly severity: number;
  readonly body: string;
  /** All attributes but those of the trace itself (etw.*); undefined for one that must be absent. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

const mapper = new RecordMapper({
  resource: emptyResource(),
  scope: { name: 'test' },
  observedTime: 'event',
});

/** Registers one test per case. */
export function testMapping(mapping: ProviderMapping, cases: readonly MappedCase[]): void {
  for (const { title, event, payload, header, eventName, severity, body, attributes } of cases) {
    test(title, () => {
      const record = mapper.map(
        madeEvent({
          kind: mapping.keyedBy === 'id' ? 'event' : 'kernel',
          provider: mapping.guid,
          providerName: mapping.name,
          [mapping.keyedBy]: event,
          payload,
          ...header,
        }),
      );
      const shown = Object.entries(record.attributes).filter(([name]) => !name.startsWith('etw.'));
      const expected = Object.entries(attributes).filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected));
      assert.equal(record.eventName, eventName);
      assert.equal(record.severityNumber, severity);
      assert.equal(record.body, body);
    });
  }
}

/** A case in one line: event, payload, then the record: EventName, severity, body, attributes beside `process.pid` 4711. */
export type MappedRow = readonly [
  event: number,
  payload: MappedCase['payload'],
  eventName: string,
  severity: number,
  body: string,
  attributes: MappedCase['attributes'],
];

/** Registers one test per row; every event of the mapping must have one. */
export function testMappingRows(mapping: ProviderMapping, rows: readonly MappedRow[]): void {
  testMapping(
    mapping,
    rows.map(([event, payload, eventName, severity, body, attributes]) => ({
      title: `${event}: ${body}`,
      event,
      payload,
      eventName,
      severity,
      body,
      attributes: { 'process.pid': 4711, ...attributes },
    })),
  );
  test(`${mapping.name}: every event has a case`, () => {
    const tested = new Set(rows.map(([event]) => event));
    const missing = Object.keys(mapping.events).filter((event) => !tested.has(Number(event)));
    assert.deepEqual(missing, []);
  });
}
