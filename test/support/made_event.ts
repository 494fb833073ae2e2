import type { EtwEvent, EventKind } from '../../src/etw/event.ts';
import type { ExtendedItems } from '../../src/etw/extended_items.ts';
import type { Field, FieldValue, InType, OutType, Schema } from '../../src/etw/schema.ts';

/** A payload field written down for a test: its value, and its types where they matter. */
export interface MadeField {
  readonly value: FieldValue;
  readonly in?: InType;
  readonly out?: OutType;
  readonly fields?: readonly Field[];
}

/** What a test says of an event; the rest is as a manifest provider's informational event has it. */
export interface MadeEventInit {
  readonly kind?: EventKind;
  readonly provider?: string | null;
  readonly providerName?: string;
  readonly id?: number;
  readonly version?: number;
  readonly opcode?: number;
  readonly level?: number;
  readonly task?: number;
  readonly keywords?: readonly [high: number, low: number];
  readonly pid?: number;
  readonly tid?: number;
  readonly seconds?: number;
  readonly nanoseconds?: number;
  readonly activity?: string;
  readonly related?: string;
  /** Values by field name, in the payload's order; undefined for an event without a schema. */
  readonly payload?: Readonly<Record<string, FieldValue | MadeField>> | undefined;
  readonly event?: string;
  readonly source?: Schema['source'];
  readonly bytes?: Uint8Array;
  /** A schema of an event made before, so that both share it. */
  readonly schema?: Schema;
  readonly items?: ExtendedItems;
}

/** An EtwEvent as the decoder would show it, made by hand. */
export function madeEvent(init: MadeEventInit): EtwEvent {
  const given = Object.entries(init.payload ?? {});
  const schema: Schema | undefined =
    init.schema ??
    (init.payload === undefined
      ? undefined
      : {
          provider: init.providerName ?? 'Test-Provider',
          event: init.event ?? 'TestEvent',
          source: init.source ?? 'catalogue',
          fields: given.map(([name, value]) => fieldOf(name, value)),
        });
  const values = given.map(([, value]) => (isMadeField(value) ? value.value : value));
  return {
    kind: init.kind ?? 'event',
    providerId: init.provider === undefined ? '11111111-2222-3333-4444-555555555555' : init.provider,
    providerName: init.providerName ?? 'Test-Provider',
    id: init.id ?? 0,
    version: init.version ?? 0,
    opcode: init.opcode ?? 0,
    level: init.level ?? 4,
    task: init.task ?? 0,
    channel: 0,
    keywordsHigh: init.keywords?.[0] ?? 0,
    keywordsLow: init.keywords?.[1] ?? 0,
    pid: init.pid ?? 4711,
    tid: init.tid ?? 4712,
    cpu: 0,
    seconds: init.seconds ?? 1_772_355_600,
    nanoseconds: init.nanoseconds ?? 123_456_700,
    pointerSize: 8,
    schema,
    activityId: () => init.activity,
    relatedActivityId: () => init.related,
    decode: () => values,
    hasItems: init.items !== undefined,
    extendedItems: () => init.items ?? {},
    payload: () => init.bytes ?? new Uint8Array(0),
  };
}

function fieldOf(name: string, given: FieldValue | MadeField): Field {
  const made: MadeField = isMadeField(given) ? given : { value: given };
  return {
    name,
    inType: made.in ?? 'UInt32',
    ...(made.out === undefined ? {} : { outType: made.out }),
    ...(made.fields === undefined ? {} : { fields: made.fields }),
  };
}

function isMadeField(given: FieldValue | MadeField): given is MadeField {
  return (
    typeof given === 'object' &&
    !Array.isArray(given) &&
    !(given instanceof Uint8Array) &&
    Object.hasOwn(given, 'value')
  );
}
