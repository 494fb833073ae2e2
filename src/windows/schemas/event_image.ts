import { Buffer } from 'node:buffer';
import type { EventView } from '../../etw/event_view.ts';
import { guidAt } from '../../etw/guid.ts';
import { EventHeaderFlag } from '../abi/constants.ts';
import { guidBytes } from '../abi/guid_bytes.ts';

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
  const bits = e.pointerSize === 4 ? EventHeaderFlag.is32Bit : EventHeaderFlag.is64Bit;
  const kind = key.kind === 'class' ? EventHeaderFlag.classicHeader : 0;
  header.writeUInt16LE(Math.min(0xffff, HEADER_SIZE + payload.length), 0);
  header.writeUInt16LE((e.flags & ~EventHeaderFlag.extendedInfo) | bits | kind, 4);
  header.writeUInt32LE(e.tid >>> 0, 8);
  header.writeUInt32LE(e.pid >>> 0, 12);
  header.set(guidBytes(key.guid), 24);
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
