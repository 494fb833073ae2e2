import { Buffer } from 'node:buffer';
import type { EventView } from '../../etw/event_view.ts';
import { guidAt } from '../../etw/guid.ts';

/** An event as the consumer API would show it: an EVENT_HEADER (80 bytes) and its payload, both copies. */
export interface EventImage {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/** What a description in TDH hangs on: the GUID it is looked up by, and the event's number and version. */
export interface EventKey {
  readonly guid: string;
  /** `class`: a MOF class, whose events are told apart by their opcode. */
  readonly kind: 'manifest' | 'class';
  readonly number: number;
  readonly version: number;
}

/** EVENT_HEADER.Flags that only the consumer API sets (evntcons.h). */
const Flag = { extendedInfo: 0x01, bits32: 0x20, bits64: 0x40, classic: 0x100 } as const;
const HEADER_SIZE = 80;

/** What to look an event up by; undefined where TDH has nothing to look up. */
export function eventKey(e: EventView): EventKey | undefined {
  const { provider } = e;
  const { guid } = provider;
  if (guid === null || e.kind === 'tracelogging' || e.kind === 'message') return undefined;
  if (e.kind !== 'event') return { guid, kind: 'class', number: e.opcode, version: e.version & 0xff };
  const by = e.decodeGuidAt === 0 ? (provider.decodeGuid ?? guid) : guidAt(e.view, e.decodeGuidAt);
  return { guid: by, kind: 'manifest', number: e.id, version: e.version };
}

/**
 * The image of an event for TDH. Its provider is the GUID to decode by, so no extended item has to name it:
 * EVENT_HEADER at 0 u16 size, 4 u16 flags, 8 u32 thread, 12 u32 process, 24 GUID, 40 u16 id, u8 version,
 * channel, level, opcode, 46 u16 task, 48 u64 keywords (evntcons.h).
 */
export function eventImage(e: EventView, key: EventKey): EventImage {
  const header = Buffer.alloc(HEADER_SIZE);
  const payload = e.payload();
  const bits = e.pointerSize === 4 ? Flag.bits32 : Flag.bits64;
  const kind = key.kind === 'class' ? Flag.classic : 0;
  header.writeUInt16LE(Math.min(0xffff, HEADER_SIZE + payload.length), 0);
  header.writeUInt16LE((e.flags & ~Flag.extendedInfo) | bits | kind, 4);
  header.writeUInt32LE(e.tid >>> 0, 8);
  header.writeUInt32LE(e.pid >>> 0, 12);
  writeGuid(header, 24, key.guid);
  header.writeUInt16LE(e.id, 40);
  header.writeUInt8(e.version & 0xff, 42);
  header.writeUInt8(e.channel, 43);
  header.writeUInt8(e.level, 44);
  header.writeUInt8(e.opcode, 45);
  header.writeUInt16LE(e.task, 46);
  header.writeUInt32LE(e.keywordsLow >>> 0, 48);
  header.writeUInt32LE(e.keywordsHigh >>> 0, 52);
  return { header, payload };
}

function writeGuid(bytes: Buffer, at: number, guid: string): void {
  const digits = guid.replaceAll('-', '');
  bytes.writeUInt32LE(Number.parseInt(digits.slice(0, 8), 16), at);
  bytes.writeUInt16LE(Number.parseInt(digits.slice(8, 12), 16), at + 4);
  bytes.writeUInt16LE(Number.parseInt(digits.slice(12, 16), 16), at + 6);
  bytes.write(digits.slice(16), at + 8, 'hex');
}
