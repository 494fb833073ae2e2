import { ByteWriter } from './bytes.ts';
import type { ExtendedItem } from './extended_items.ts';
import { encodeItems } from './extended_items.ts';
import { guidBytes, NO_GUID } from './identifiers.ts';

/** What every event says of its place: raw session clock and processor (0 where left out). */
interface Placed {
  readonly time: number | bigint;
  readonly cpu?: number;
  readonly payload?: Uint8Array;
  /** Bitness of the payload, which picks the even or odd header type. Default 8. */
  readonly pointerSize?: 4 | 8;
}

/** Header fields of a process and thread; 0 where left out. */
interface Owned {
  readonly pid?: number;
  readonly tid?: number;
  /** KernelTime and UserTime, in ticks of the scheduler clock. */
  readonly kernelTime?: number;
  readonly userTime?: number;
}

/** EVENT_HEADER (types 18 and 19), manifest and TraceLogging events; `error` is type 13 with the same start. */
export interface ModernEvent extends Placed, Owned {
  readonly header: 'event' | 'error';
  readonly provider: string;
  readonly id?: number;
  readonly version?: number;
  readonly channel?: number;
  readonly level?: number;
  readonly opcode?: number;
  readonly task?: number;
  readonly keywords?: bigint;
  /** Flags beside EXTENDED_INFO (0x01), which follows from `items`: 0x04 is STRING_ONLY. */
  readonly flags?: number;
  readonly property?: number;
  readonly activityId?: string;
  readonly items?: readonly ExtendedItem[];
}

/** Kernel events: SYSTEM (1, 2), COMPACT (3, 4), PERFINFO (16, 17; no process or thread). */
export interface KernelEvent extends Placed, Owned {
  readonly header: 'system' | 'compact' | 'perfinfo';
  readonly group: number;
  /** The opcode; HookId = group << 8 | type. */
  readonly type: number;
  readonly version?: number;
  /** A PEBS index in front of the payload (flag 0x8000). */
  readonly pebs?: bigint;
  /** At most 7 performance counters in front of the payload (flags 0x0700). */
  readonly pmc?: readonly bigint[];
}

/** EVENT_TRACE_HEADER (10, 20) and EVENT_INSTANCE_GUID_HEADER (11, 21): classic events. */
export interface ClassicEvent extends Placed, Owned {
  readonly header: 'full' | 'instance';
  readonly guid: string;
  readonly opcode?: number;
  readonly level?: number;
  readonly version?: number;
  readonly instanceId?: number;
  readonly parentInstanceId?: number;
  readonly parentGuid?: string;
}

/** WPP TraceMessage. Each optional field is written, and its flag set, when it is given. */
export interface MessageEvent extends Owned {
  readonly header: 'message';
  readonly cpu?: number;
  readonly number: number;
  readonly sequence?: number;
  readonly guid?: string;
  readonly componentId?: number;
  /** Left out: the event carries no time and inherits its predecessor's. */
  readonly time?: number | bigint;
  readonly pointerSize?: 4 | 8;
  readonly payload?: Uint8Array;
}

/** Bytes put into the buffer as they are (then padded to 8): for damaged events. */
export interface RawEvent {
  readonly header: 'raw';
  readonly cpu?: number;
  readonly time?: number | bigint;
  readonly bytes: Uint8Array;
}

/** An event of any header type. */
export type EventSpec = ModernEvent | KernelEvent | ClassicEvent | MessageEvent | RawEvent;

const NOTHING = new Uint8Array(0);
const TYPED = 0xc0;
const HEADER_TYPE = {
  system: [1, 2],
  compact: [3, 4],
  perfinfo: [16, 17],
  full: [10, 20],
  instance: [11, 21],
  event: [18, 19],
  error: [13, 13],
} as const;

/** The bytes of an event, unpadded. Throws when it does not fit the 65,535 bytes of its Size field. */
export function encodeEvent(event: EventSpec): Uint8Array {
  const bytes = encode(event);
  if (bytes.length > 0xffff && event.header !== 'raw') throw new Error(`event of ${bytes.length} bytes`);
  return bytes;
}

function encode(event: EventSpec): Uint8Array {
  switch (event.header) {
    case 'event':
    case 'error':
      return modern(event);
    case 'system':
    case 'compact':
    case 'perfinfo':
      return kernel(event);
    case 'full':
    case 'instance':
      return classic(event);
    case 'message':
      return message(event);
    case 'raw':
      return event.bytes;
  }
}

function headerType(event: ModernEvent | KernelEvent | ClassicEvent): number {
  return HEADER_TYPE[event.header][event.pointerSize === 4 ? 0 : 1];
}

/** 80 bytes: Size, type, 0xC0, Flags, EventProperty, tid, pid, time, provider, descriptor, times, activity. */
function modern(event: ModernEvent): Uint8Array {
  const items = event.items === undefined ? NOTHING : encodeItems(event.items);
  const payload = event.payload ?? NOTHING;
  const flags = (event.flags ?? 0) | (items.length > 0 ? 1 : 0);
  return new ByteWriter(80 + items.length + payload.length)
    .u16(80 + items.length + payload.length)
    .u8(headerType(event))
    .u8(TYPED)
    .u16(flags)
    .u16(event.property ?? 0)
    .u32(event.tid ?? 0)
    .u32(event.pid ?? 0)
    .u64(event.time)
    .bytes(guidBytes(event.provider))
    .u16(event.id ?? 0)
    .u8(event.version ?? 0)
    .u8(event.channel ?? 0)
    .u8(event.level ?? 0)
    .u8(event.opcode ?? 0)
    .u16(event.task ?? 0)
    .u64(event.keywords ?? 0n)
    .u32(event.kernelTime ?? 0)
    .u32(event.userTime ?? 0)
    .bytes(guidBytes(event.activityId ?? NO_GUID))
    .bytes(items)
    .bytes(payload)
    .take();
}

/** 32, 24 or 16 bytes: Version and flags, type, 0xC0, Size, Type, Group, [tid, pid,] time, [times]. */
function kernel(event: KernelEvent): Uint8Array {
  const pmc = event.pmc ?? [];
  const flags = (event.version ?? 0) | (event.pebs === undefined ? 0 : 0x8000) | ((pmc.length & 7) << 8);
  const out = new ByteWriter()
    .u16(flags)
    .u8(headerType(event))
    .u8(TYPED)
    .u16(0)
    .u8(event.type)
    .u8(event.group);
  if (event.header !== 'perfinfo') out.u32(event.tid ?? 0).u32(event.pid ?? 0);
  out.u64(event.time);
  if (event.header === 'system') out.u32(event.kernelTime ?? 0).u32(event.userTime ?? 0);
  if (event.pebs !== undefined) out.u64(event.pebs);
  for (const counter of pmc) out.u64(counter);
  out.bytes(event.payload ?? NOTHING);
  return out.setU16(4, out.length).take();
}

/** 48 or 72 bytes: Size, type, 0xC0, Class (Type, Level, Version), tid, pid, time, GUID, times, [instance]. */
function classic(event: ClassicEvent): Uint8Array {
  const out = new ByteWriter().u16(0).u8(headerType(event)).u8(TYPED);
  out
    .u8(event.opcode ?? 0)
    .u8(event.level ?? 0)
    .u16(event.version ?? 0);
  out
    .u32(event.tid ?? 0)
    .u32(event.pid ?? 0)
    .u64(event.time)
    .bytes(guidBytes(event.guid));
  out.u32(event.kernelTime ?? 0).u32(event.userTime ?? 0);
  if (event.header === 'instance') {
    out
      .u32(event.instanceId ?? 0)
      .u32(event.parentInstanceId ?? 0)
      .bytes(guidBytes(event.parentGuid ?? NO_GUID));
  }
  out.bytes(event.payload ?? NOTHING);
  return out.setU16(0, out.length).take();
}

/** 8 bytes: Size, reserved, 0x90, MessageNumber, OptionFlags; then the fields whose flags are set. */
function message(event: MessageEvent): Uint8Array {
  const owned = event.pid !== undefined || event.tid !== undefined;
  const flags =
    (event.sequence === undefined ? 0 : 0x01) |
    (event.guid === undefined ? 0 : 0x02) |
    (event.componentId === undefined || event.guid !== undefined ? 0 : 0x04) |
    (event.time === undefined ? 0 : 0x08 | 0x10) |
    (owned ? 0x20 : 0) |
    (event.pointerSize === 4 ? 0x40 : 0x80);
  const out = new ByteWriter().u16(0).u8(0).u8(0x90).u16(event.number).u16(flags);
  if (event.sequence !== undefined) out.u32(event.sequence);
  if (event.guid !== undefined) out.bytes(guidBytes(event.guid));
  else if (event.componentId !== undefined) out.u32(event.componentId);
  if (event.time !== undefined) out.u64(event.time);
  if (owned) out.u32(event.tid ?? 0).u32(event.pid ?? 0);
  out.bytes(event.payload ?? NOTHING);
  return out.setU16(0, out.length).take();
}
