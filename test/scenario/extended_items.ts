import { ByteWriter } from './bytes.ts';
import { guidBytes, sidBytes } from './identifiers.ts';

/** Extended data item types (EVENT_HEADER_EXT_TYPE_*, evntcons.h). */
export const EXT = {
  relatedActivityId: 1,
  sid: 2,
  terminalSession: 3,
  instanceInfo: 4,
  stackTrace32: 5,
  stackTrace64: 6,
  pebsIndex: 7,
  pmcCounters: 8,
  psmKey: 9,
  eventKey: 10,
  schemaTl: 11,
  provTraits: 12,
  processStartKey: 13,
  controlGuid: 14,
  qpcDelta: 15,
  containerId: 16,
  stackKey32: 17,
  stackKey64: 18,
} as const;

/** One extended data item: its type and data, without the 8-byte item header. */
export interface ExtendedItem {
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * The items of an event as they lie on disk: per item u16 TotalSize (header and data, padded to 8),
 * u16 ExtType, u16 Linkage (bit 0: another item follows), u16 DataSize, data, zero padding.
 */
export function encodeItems(items: readonly ExtendedItem[]): Uint8Array {
  const out = new ByteWriter();
  items.forEach((item, i) => {
    const total = (8 + item.data.length + 7) & ~7;
    out
      .u16(total)
      .u16(item.type)
      .u16(i + 1 < items.length ? 1 : 0)
      .u16(item.data.length);
    out.bytes(item.data).fill(total - 8 - item.data.length);
  });
  return out.take();
}

/** How a container id may be written into item 16: ASCII without braces (Windows), with braces, or binary. */
export type ContainerIdForm = 'ascii36' | 'ascii38' | 'binary';

/** Makers of extended items, by name. */
export const item = {
  relatedActivityId: (guid: string): ExtendedItem => ({ type: EXT.relatedActivityId, data: guidBytes(guid) }),
  sid: (sid: string): ExtendedItem => ({ type: EXT.sid, data: sidBytes(sid) }),
  terminalSession: (id: number): ExtendedItem => ({
    type: EXT.terminalSession,
    data: new ByteWriter().u32(id).take(),
  }),
  instanceInfo: (id: number, parent: number, parentGuid: string): ExtendedItem => ({
    type: EXT.instanceInfo,
    data: new ByteWriter().u32(id).u32(parent).bytes(guidBytes(parentGuid)).take(),
  }),
  /** A call stack: a match id and return addresses of 4 or 8 bytes. */
  stack: (pointerSize: 4 | 8, matchId: bigint, addresses: readonly bigint[]): ExtendedItem => {
    const out = new ByteWriter().u64(matchId);
    for (const address of addresses) out.pointer(address, pointerSize);
    return { type: pointerSize === 8 ? EXT.stackTrace64 : EXT.stackTrace32, data: out.take() };
  },
  /** A call stack stored once elsewhere: its key instead of its addresses. */
  stackKey: (pointerSize: 4 | 8, matchId: bigint, key: bigint): ExtendedItem => ({
    type: pointerSize === 8 ? EXT.stackKey64 : EXT.stackKey32,
    data: new ByteWriter().u64(matchId).pointer(key, pointerSize).align(8).take(),
  }),
  pebsIndex: (index: bigint): ExtendedItem => ({
    type: EXT.pebsIndex,
    data: new ByteWriter().u64(index).take(),
  }),
  pmcCounters: (counters: readonly bigint[]): ExtendedItem => {
    const out = new ByteWriter();
    for (const counter of counters) out.u64(counter);
    return { type: EXT.pmcCounters, data: out.take() };
  },
  psmKey: (key: string): ExtendedItem => ({
    type: EXT.psmKey,
    data: new ByteWriter().utf16(key).u16(0).take(),
  }),
  eventKey: (key: bigint): ExtendedItem => ({ type: EXT.eventKey, data: new ByteWriter().u64(key).take() }),
  /** TraceLogging event metadata, see `tracelogging.ts`. */
  schemaTl: (metadata: Uint8Array): ExtendedItem => ({ type: EXT.schemaTl, data: metadata }),
  /** Provider traits, see `tracelogging.ts`. */
  provTraits: (traits: Uint8Array): ExtendedItem => ({ type: EXT.provTraits, data: traits }),
  processStartKey: (key: bigint): ExtendedItem => ({
    type: EXT.processStartKey,
    data: new ByteWriter().u64(key).take(),
  }),
  controlGuid: (guid: string): ExtendedItem => ({ type: EXT.controlGuid, data: guidBytes(guid) }),
  qpcDelta: (delta: bigint): ExtendedItem => ({
    type: EXT.qpcDelta,
    data: new ByteWriter().u64(delta).take(),
  }),
  containerId: (guid: string, form: ContainerIdForm = 'ascii36'): ExtendedItem => {
    const bare = guid.replace(/[{}]/g, '');
    if (form === 'binary') return { type: EXT.containerId, data: guidBytes(bare) };
    const text = form === 'ascii38' ? `{${bare}}` : bare;
    return { type: EXT.containerId, data: new ByteWriter().latin1(text).take() };
  },
};
