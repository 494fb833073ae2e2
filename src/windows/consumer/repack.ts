import { HeaderType } from '../../etw/constants.ts';
import { type NativeMemory, pointerAt } from './memory.ts';

/**
 * EVENT_RECORD, 112 bytes on x64 (evntcons.h): EVENT_HEADER at 0 · ETW_BUFFER_CONTEXT at 80 (u16 processor
 * index, or u8 number and u8 alignment; u16 logger id) · 84 u16 ExtendedDataCount · 86 u16 UserDataLength ·
 * 88 ExtendedData · 96 UserData · 104 UserContext.
 */
const RECORD_SIZE = 112;
/** EVENT_HEADER_EXTENDED_DATA_ITEM: u16, u16 ExtType, u16 linkage, u16 DataSize, DataPtr at 8. */
const ITEM_SIZE = 16;
/** More items than an event has types of. */
const MAX_ITEMS = 64;
/** EVENT_HEADER.Flags that the consumer API adds, and those that lie on disk too. */
const Flag = {
  traceMessage: 0x08,
  is32Bit: 0x20,
  classic: 0x100,
  processorIndex: 0x200,
  onDisk: 0x84,
} as const;
const EXTENDED_INFO = 0x01;
const MAX_EVENT = 0xffff;
const HEADER = 80;
const CLASSIC_HEADER = 48;
/** 8 and GUID, time, thread and process. */
const MESSAGE_HEADER = 40;
/** Up to this many bytes, copying words is faster than making a view of them. */
const FEW = 256;

/** Where the events of a processor are packed. */
export interface PackTarget {
  readonly view: DataView;
  readonly bytes: Uint8Array;
}

/** A record that was looked at: what packing it needs. */
export interface RecordFacts {
  address: number;
  flags: number;
  processor: number;
  loggerId: number;
  /** The time stamp, in halves. */
  timeLow: number;
  timeHigh: number;
  /** Bytes of the packed event, or 0 where it cannot be packed. */
  size: number;
}

/** Looks at the EVENT_RECORD at an address; `into` is reused. */
export function inspectRecord(memory: NativeMemory, address: number, into: RecordFacts): void {
  const at = memory.locate(address, RECORD_SIZE);
  const { view } = memory;
  const flags = view.getUint16(at + 4, true);
  into.address = address;
  into.flags = flags;
  into.processor =
    (flags & Flag.processorIndex) === 0 ? view.getUint8(at + 80) : view.getUint16(at + 80, true) & 0x7ff;
  into.loggerId = view.getUint16(at + 82, true);
  into.timeLow = view.getUint32(at + 16, true);
  into.timeHigh = view.getInt32(at + 20, true);
  const payload = view.getUint16(at + 86, true);
  let size: number;
  if ((flags & Flag.traceMessage) !== 0) size = MESSAGE_HEADER + payload;
  else if ((flags & Flag.classic) !== 0) size = CLASSIC_HEADER + payload;
  else size = HEADER + sizeOfItems(memory, address) + payload;
  into.size = size > MAX_EVENT ? 0 : size;
}

/**
 * Writes the record that was looked at into a buffer in the layout that events have on disk, so that one
 * decoder reads live events however they arrive: a classic header (EVENT_TRACE_HEADER) where the API says
 * the event had one (kernel events too), a WPP header for trace messages, else EVENT_HEADER with its items.
 * The target has `facts.size` bytes from `to` on.
 */
export function packRecord(memory: NativeMemory, facts: RecordFacts, target: PackTarget, to: number): void {
  const { address, flags } = facts;
  const at = memory.locate(address, RECORD_SIZE);
  const { view } = memory;
  const payloadSize = view.getUint16(at + 86, true);
  const payload = pointerAt(view, at + 96);
  let end: number;
  if ((flags & Flag.traceMessage) !== 0) end = packMessage(view, at, facts, target.view, to);
  else if ((flags & Flag.classic) !== 0) end = packClassic(view, at, facts, target.view, to);
  else end = packModern(memory, facts, target, to);
  copy(memory, payload, payloadSize, target, end);
}

/** EVENT_TRACE_HEADER: u16 size, type, 0xC0, opcode, level, u16 version, tid, pid, time, class, times. */
function packClassic(view: DataView, at: number, facts: RecordFacts, out: DataView, to: number): number {
  const type = (facts.flags & Flag.is32Bit) === 0 ? HeaderType.full64 : HeaderType.full32;
  out.setUint16(to, facts.size, true);
  out.setUint16(to + 2, 0xc000 | type, true);
  out.setUint8(to + 4, view.getUint8(at + 45));
  out.setUint8(to + 5, view.getUint8(at + 44));
  out.setUint16(to + 6, view.getUint8(at + 42), true);
  copyWords(view, at + 8, out, to + 8, 32);
  copyWords(view, at + 56, out, to + 40, 8);
  return to + CLASSIC_HEADER;
}

/** WPP: u16 size, 0, 0x90, u16 number, u16 options (GUID, time, ids, pointer size), then those fields. */
function packMessage(view: DataView, at: number, facts: RecordFacts, out: DataView, to: number): number {
  const pointers = (facts.flags & Flag.is32Bit) === 0 ? 0x80 : 0x40;
  out.setUint16(to, facts.size, true);
  out.setUint16(to + 2, 0x9000, true);
  out.setUint16(to + 4, view.getUint16(at + 40, true), true);
  out.setUint16(to + 6, 0x02 | 0x08 | 0x20 | pointers, true);
  copyWords(view, at + 24, out, to + 8, 16);
  copyWords(view, at + 16, out, to + 24, 8);
  copyWords(view, at + 8, out, to + 32, 8);
  return to + MESSAGE_HEADER;
}

/** EVENT_HEADER as it is, but for the size, the type and the flags; then the items. */
function packModern(memory: NativeMemory, facts: RecordFacts, target: PackTarget, to: number): number {
  const at = memory.locate(facts.address, RECORD_SIZE);
  const { view } = memory;
  const { view: out } = target;
  const items = view.getUint16(at + 84, true);
  const type = (facts.flags & Flag.is32Bit) === 0 ? HeaderType.event64 : HeaderType.event32;
  out.setUint16(to, facts.size, true);
  out.setUint16(to + 2, 0xc000 | type, true);
  out.setUint16(to + 4, (facts.flags & Flag.onDisk) | (items === 0 ? 0 : EXTENDED_INFO), true);
  out.setUint16(to + 6, view.getUint16(at + 6, true), true);
  copyWords(view, at + 8, out, to + 8, HEADER - 8);
  return items === 0 ? to + HEADER : packItems(memory, facts.address, target, to + HEADER);
}

/** On disk an item is u16 total size, u16 type, u16 linkage (1: another follows), u16 data size, data. */
function packItems(memory: NativeMemory, address: number, target: PackTarget, to: number): number {
  const at = memory.locate(address, RECORD_SIZE);
  const count = Math.min(memory.view.getUint16(at + 84, true), MAX_ITEMS);
  const items = pointerAt(memory.view, at + 88);
  let end = to;
  for (let i = 0; i < count; i++) {
    const item = memory.locate(items + i * ITEM_SIZE, ITEM_SIZE);
    const { view } = memory;
    const size = view.getUint16(item + 6, true);
    const total = 8 + ((size + 7) & ~7);
    target.view.setUint16(end, total, true);
    target.view.setUint16(end + 2, view.getUint16(item + 2, true), true);
    target.view.setUint16(end + 4, i + 1 < count ? 1 : 0, true);
    target.view.setUint16(end + 6, size, true);
    copy(memory, pointerAt(view, item + 8), size, target, end + 8);
    target.bytes.fill(0, end + 8 + size, end + total);
    end += total;
  }
  return end;
}

function sizeOfItems(memory: NativeMemory, address: number): number {
  const at = memory.locate(address, RECORD_SIZE);
  const count = Math.min(memory.view.getUint16(at + 84, true), MAX_ITEMS);
  if (count === 0) return 0;
  const items = memory.locate(pointerAt(memory.view, at + 88), count * ITEM_SIZE);
  let size = 0;
  for (let i = 0; i < count; i++)
    size += 8 + ((memory.view.getUint16(items + i * ITEM_SIZE + 6, true) + 7) & ~7);
  return size;
}

function copy(memory: NativeMemory, address: number, size: number, target: PackTarget, to: number): void {
  if (size === 0) return;
  const from = memory.locate(address, size);
  if (size > FEW) return target.bytes.set(memory.bytes.subarray(from, from + size), to);
  const whole = size & ~3;
  copyWords(memory.view, from, target.view, to, whole);
  for (let i = whole; i < size; i++) target.view.setUint8(to + i, memory.view.getUint8(from + i));
}

function copyWords(from: DataView, at: number, out: DataView, to: number, size: number): void {
  for (let i = 0; i < size; i += 4) out.setUint32(to + i, from.getUint32(at + i, true), true);
}
