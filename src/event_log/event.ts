import type { FieldValue, InType } from '../etw/schema.ts';

/** A value that came with an event, by the name its provider gave it. */
export interface DataField {
  readonly name: string;
  readonly inType: InType;
  readonly value: FieldValue;
}

/** An event of a Windows event log, from wherever it was read. Names follow the event schema's System element. */
export interface EventLogEvent {
  readonly provider: string;
  /** Lower case, without braces; null for providers without one. */
  readonly providerId: string | null;
  readonly eventId: number;
  readonly version: number;
  readonly level: number;
  readonly task: number;
  readonly opcode: number;
  readonly keywords: bigint;
  /** Seconds since 1970, and the nanoseconds within. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** EventRecordID: counts the events of a channel. */
  readonly recordId: number;
  readonly activityId: string | undefined;
  readonly relatedActivityId: string | undefined;
  /** Of the process that wrote it; -1 where it does not say. */
  readonly pid: number;
  readonly tid: number;
  readonly channel: string;
  readonly computer: string;
  /** The SID of the account that wrote it. */
  readonly user: string | undefined;
  /** EventData or UserData, in order. */
  readonly data: readonly DataField[];
}
