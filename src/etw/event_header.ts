import { CHANNEL_TRACELOGGING, EventFlag, ExtType, HeaderType } from './constants.ts';
import type { EventView } from './event_view.ts';

/** What {@link readEvent} found at an offset. A positive value is the event's size, to be rounded up to 8. */
export const END_OF_EVENTS = 0;
/** The bytes are no event: the walk of this buffer ends here and the buffer is counted as damaged. */
export const DAMAGED = -1;

const TYPED = 0xc0;
const WPP = 0x90;

/**
 * Reads the event header at an offset into the view. The first dword is the marker: byte 3 = 0xC0 says that
 * byte 2 is the header type, 0x9? says WPP message. The kernel family (types 1-4, 16, 17) has its u16 size at
 * +4, all others at +0. Zero or 0xFFFFFFFF is filler behind the last event.
 */
export function readEvent(e: EventView, at: number, end: number): number {
  if (at + 8 > end) return END_OF_EVENTS;
  const view = e.view;
  const marker = view.getUint32(at, true);
  if (marker === 0 || marker === 0xffffffff) return END_OF_EVENTS;
  e.reset();
  e.start = at;
  const top = marker >>> 24;
  if ((top & 0xf0) === WPP) return readMessage(e, at, end, marker & 0xffff);
  if ((top & TYPED) !== TYPED) return DAMAGED;
  const type = (marker >>> 16) & 0xff;
  e.headerType = type;
  switch (type) {
    case HeaderType.event64:
    case HeaderType.event32:
    case HeaderType.error:
      return readModern(e, at, end, marker & 0xffff, type === HeaderType.event32 ? 4 : 8);
    case HeaderType.system32:
    case HeaderType.compact32:
    case HeaderType.perfInfo32:
      return readKernel(e, at, end, type, 4);
    case HeaderType.system64:
    case HeaderType.compact64:
    case HeaderType.perfInfo64:
      return readKernel(e, at, end, type, 8);
    case HeaderType.full32:
    case HeaderType.instance32:
      return readClassic(e, at, end, marker & 0xffff, 4);
    case HeaderType.full64:
    case HeaderType.instance64:
      return readClassic(e, at, end, marker & 0xffff, 8);
    default:
      return readOther(e, at, end, marker & 0xffff);
  }
}

/** EVENT_HEADER, 80 bytes: etw-format 3.3; extended items follow when flag 1 is set, the payload last. */
function readModern(e: EventView, at: number, end: number, size: number, pointerSize: number): number {
  if (size < 80 || at + size > end) return DAMAGED;
  const view = e.view;
  e.kind = 'event';
  e.group = -1;
  e.flags = view.getUint16(at + 4, true);
  e.tid = view.getUint32(at + 8, true);
  e.pid = view.getUint32(at + 12, true);
  e.ticks = e.clock.since(view.getInt32(at + 20, true), view.getUint32(at + 16, true));
  readGuid(e, at + 24);
  // EVENT_DESCRIPTOR: u16 id, u8 version, u8 channel; u8 level, u8 opcode, u16 task.
  const named = view.getUint32(at + 40, true);
  e.id = named & 0xffff;
  e.version = (named >>> 16) & 0xff;
  e.channel = named >>> 24;
  const sorted = view.getUint32(at + 44, true);
  e.level = sorted & 0xff;
  e.opcode = (sorted >>> 8) & 0xff;
  e.task = sorted >>> 16;
  e.keywordsLow = view.getUint32(at + 48, true);
  e.keywordsHigh = view.getUint32(at + 52, true);
  e.activityAt = at + 64;
  e.pointerSize = pointerSize;
  e.payloadStart = at + 80;
  e.payloadEnd = at + size;
  if ((e.flags & EventFlag.extendedInfo) !== 0 && !readExtendedItems(e)) return DAMAGED;
  if (e.tlSchemaAt !== 0 || e.channel === CHANNEL_TRACELOGGING) e.kind = 'tracelogging';
  return size;
}

/**
 * Extended items, each u16 TotalSize (a multiple of 8), u16 ExtType, u16 Linkage (bit 0: another follows),
 * u16 DataSize, data. The payload begins behind the last one.
 */
function readExtendedItems(e: EventView): boolean {
  const view = e.view;
  let p = e.payloadStart;
  e.itemsAt = p;
  for (let more = true; more; ) {
    if (p + 8 > e.payloadEnd) return false;
    const total = view.getUint16(p, true);
    const size = view.getUint16(p + 6, true);
    if (total < 8 || size > total - 8 || p + total > e.payloadEnd) return false;
    more = (view.getUint16(p + 4, true) & 1) !== 0;
    noteItem(e, view.getUint16(p + 2, true), p + 8, size);
    p += (total + 7) & ~7;
  }
  e.payloadStart = Math.min(p, e.payloadEnd);
  e.itemsEnd = e.payloadStart;
  return true;
}

function noteItem(e: EventView, type: number, at: number, size: number): void {
  switch (type) {
    case ExtType.relatedActivityId:
      if (size >= 16) e.relatedActivityAt = at;
      return;
    case ExtType.eventSchemaTl:
      e.tlSchemaAt = at;
      e.tlSchemaSize = size;
      return;
    case ExtType.provTraits:
      e.traitsAt = at;
      e.traitsSize = size;
      return;
    case ExtType.controlGuid:
      // The header then has the GUID to decode by; who wrote the event is told here.
      if (size >= 16) {
        e.decodeGuidAt = e.start + 24;
        readGuid(e, at);
      }
      return;
    default:
      e.hasItems = true;
  }
}

/**
 * SYSTEM (32 bytes), COMPACT (24) and PERFINFO (16) headers: +0 u16 version (low byte) and flags (0x8000 a
 * PEBS index, 0x0700 a number of PMC counters, 8 bytes each, before the payload), +4 u16 size, +6 opcode,
 * +7 group; SYSTEM and COMPACT go on with tid, pid, time; PERFINFO with the time alone.
 */
function readKernel(e: EventView, at: number, end: number, type: number, pointerSize: number): number {
  const view = e.view;
  const size = view.getUint16(at + 4, true);
  const header = type <= HeaderType.system64 ? 32 : type <= HeaderType.compact64 ? 24 : 16;
  if (size < header || at + size > end) return DAMAGED;
  const versionAndFlags = view.getUint16(at, true);
  const extra = ((versionAndFlags & 0x8000) === 0 ? 0 : 8) + ((versionAndFlags >>> 8) & 7) * 8;
  if (header + extra > size) return DAMAGED;
  e.kind = 'kernel';
  e.version = versionAndFlags & 0xff;
  e.opcode = view.getUint8(at + 6);
  e.group = view.getUint8(at + 7);
  const hasIds = header !== 16;
  e.tid = hasIds ? view.getUint32(at + 8, true) : -1;
  e.pid = hasIds ? view.getUint32(at + 12, true) : -1;
  const time = hasIds ? at + 16 : at + 8;
  e.ticks = e.clock.since(view.getInt32(time + 4, true), view.getUint32(time, true));
  noModernFacts(e);
  e.pointerSize = pointerSize;
  e.payloadStart = at + header + extra;
  e.payloadEnd = at + size;
  return size;
}

/** EVENT_TRACE_HEADER (48 bytes) and EVENT_INSTANCE_GUID_HEADER (72 bytes). */
function readClassic(e: EventView, at: number, end: number, size: number, pointerSize: number): number {
  const header = e.headerType === HeaderType.instance32 || e.headerType === HeaderType.instance64 ? 72 : 48;
  if (size < header || at + size > end) return DAMAGED;
  const view = e.view;
  noModernFacts(e);
  e.kind = 'classic';
  e.group = -1;
  e.opcode = view.getUint8(at + 4);
  e.level = view.getUint8(at + 5);
  e.version = view.getUint16(at + 6, true);
  e.tid = view.getUint32(at + 8, true);
  e.pid = view.getUint32(at + 12, true);
  e.ticks = e.clock.since(view.getInt32(at + 20, true), view.getUint32(at + 16, true));
  readGuid(e, at + 24);
  e.pointerSize = pointerSize;
  e.payloadStart = at + header;
  e.payloadEnd = at + size;
  return size;
}

/**
 * WPP / TraceMessage: u16 size, u8, u8 0x9?, u16 message number, u16 options; then, each if its option is
 * set: 0x01 u32 sequence, 0x02 GUID (else 0x04 u32 component), 0x08 i64 time, 0x20 u32 tid and u32 pid.
 * Without a time stamp the event has the time of the one before it in the stream.
 */
function readMessage(e: EventView, at: number, end: number, size: number): number {
  if (size < 8 || at + size > end) return DAMAGED;
  const view = e.view;
  const options = view.getUint16(at + 6, true);
  let p = at + 8;
  const need =
    ((options & 1) === 0 ? 0 : 4) +
    ((options & 2) === 0 ? ((options & 4) === 0 ? 0 : 4) : 16) +
    ((options & 8) === 0 ? 0 : 8) +
    ((options & 0x20) === 0 ? 0 : 8);
  if (p + need > at + size) return DAMAGED;
  noModernFacts(e);
  e.kind = 'message';
  e.headerType = HeaderType.message;
  e.group = -1;
  e.id = view.getUint16(at + 4, true);
  e.version = 0;
  e.opcode = 0;
  e.tid = -1;
  e.pid = -1;
  e.guid0 = e.guid1 = e.guid2 = e.guid3 = 0;
  if ((options & 1) !== 0) p += 4;
  if ((options & 2) !== 0) {
    readGuid(e, p);
    p += 16;
  } else if ((options & 4) !== 0) p += 4;
  if ((options & 8) !== 0) {
    e.ticks = e.clock.since(view.getInt32(p + 4, true), view.getUint32(p, true));
    p += 8;
  }
  if ((options & 0x20) !== 0) {
    e.tid = view.getUint32(p, true);
    e.pid = view.getUint32(p + 4, true);
    p += 8;
  }
  e.pointerSize = (options & 0x40) === 0 ? 8 : 4;
  e.payloadStart = p;
  e.payloadEnd = at + size;
  return size;
}

/** Header types without a known layout (TIMED, WNODE, new ones): raw behind the marker, at the time before. */
function readOther(e: EventView, at: number, end: number, size: number): number {
  if (size < 8 || at + size > end) return DAMAGED;
  noModernFacts(e);
  e.kind = 'classic';
  e.group = -1;
  e.version = 0;
  e.opcode = 0;
  e.tid = -1;
  e.pid = -1;
  e.guid0 = e.guid1 = e.guid2 = e.guid3 = 0;
  e.payloadStart = at + 4;
  e.payloadEnd = at + size;
  return size;
}

function readGuid(e: EventView, at: number): void {
  const view = e.view;
  e.guid0 = view.getInt32(at, true);
  e.guid1 = view.getInt32(at + 4, true);
  e.guid2 = view.getInt32(at + 8, true);
  e.guid3 = view.getInt32(at + 12, true);
}

function noModernFacts(e: EventView): void {
  e.id = 0;
  e.level = 0;
  e.task = 0;
  e.channel = 0;
  e.flags = 0;
  e.keywordsLow = 0;
  e.keywordsHigh = 0;
}
