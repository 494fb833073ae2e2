import type { ExtendedItems } from './extended_items.ts';
import type { PayloadProgram } from './payload_program.ts';
import type { FieldValue, Schema } from './schema.ts';

/** The form of an event's header, as `sigel inspect` names it. */
export type EventKind = 'event' | 'tracelogging' | 'classic' | 'kernel' | 'message';

/**
 * One event as the decoder shows it: a view that is overwritten by the next event, so whoever keeps
 * something copies it. Header facts are filled by the walk; `values` by {@link EtwEvent.decode} on demand.
 */
export interface EtwEvent {
  readonly kind: EventKind;
  /** Lower-case GUID without braces; the class GUID for classic and kernel events; null where unknown. */
  readonly providerId: string | null;
  /** Registered, TraceLogging or class name; `group-0xNN` for a kernel group without a known class; else the GUID. */
  readonly providerName: string;
  /** Event id; the message number of a WPP message; 0 for classic and kernel events. */
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly level: number;
  readonly task: number;
  readonly channel: number;
  readonly keywordsLow: number;
  readonly keywordsHigh: number;
  /** Header process and thread id; -1 where the header has none. */
  readonly pid: number;
  readonly tid: number;
  /** Processor that wrote the buffer. */
  readonly cpu: number;
  /** Event time: unix seconds and the nanoseconds within. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Activity id as a GUID string, or undefined where it is absent or zero. Formatted on call. */
  activityId(): string | undefined;
  relatedActivityId(): string | undefined;
  /** Whether the event carries extended items that a record shows (user, session, stack, …). */
  readonly hasItems: boolean;
  /** The extended items, decoded on call; empty without any. */
  extendedItems(): ExtendedItems;
  /** Size of a pointer in the payload, 4 or 8. */
  readonly pointerSize: number;
  /** How the payload is laid out; undefined when no source knows. */
  readonly schema: Schema | undefined;
  /**
   * Decodes the payload by the schema: values in the order of `schema.fields`. The array is reused by the
   * next call. Empty without a schema. Never throws; a short payload leaves undefined. With `part`, a program
   * of the same schema that needs some of its fields only, those are there, and of the others some.
   */
  decode(part?: PayloadProgram): readonly FieldValue[];
  /** A copy of the payload (at most 65,535 bytes). */
  payload(): Uint8Array;
}
