import { sidText } from './addresses.ts';
import { ExtType } from './constants.ts';
import { guidAt } from './guid.ts';
import { hexText } from './hex_text.ts';

/**
 * What an event carries beside its payload (EVENT_HEADER_EXTENDED_DATA_ITEM), decoded where the layout is
 * known. GUIDs are lower case without braces; 64-bit keys and addresses are `0x…` strings.
 */
export interface ExtendedItems {
  /** The user of the thread that wrote the event. */
  sid?: string;
  /** Terminal services session of the writer. */
  sessionId?: number;
  instance?: { readonly id: number; readonly parentId: number; readonly parentGuid: string };
  /** Return addresses, innermost first. */
  stack?: { readonly matchId: string; readonly addresses: readonly string[] };
  /** The stack stands in a later StackWalk event with this key. */
  stackKey?: { readonly matchId: string; readonly key: string };
  pebsIndex?: string;
  pmcCounters?: readonly string[];
  /** Package and application of the writer. */
  psmKey?: string;
  eventKey?: string;
  /** Unique over pid reuse within a boot. */
  processStartKey?: string;
  controlGuid?: string;
  /** Offset of the writer's clock to the host's, in ticks. */
  qpcDelta?: number | bigint;
  /** The silo of the writer. */
  containerId?: string;
  /** Provider group and decode GUIDs of the provider's traits. */
  groupGuid?: string;
  decodeGuid?: string;
}

/** Reads the items in [from, to), which the walk has found to be sound; unknown ones are passed over. */
export function readExtendedItems(view: DataView, from: number, to: number): ExtendedItems {
  const items: ExtendedItems = {};
  for (let p = from; p + 8 <= to; ) {
    const total = view.getUint16(p, true);
    if (total < 8) break;
    readItem(items, view, view.getUint16(p + 2, true), p + 8, view.getUint16(p + 6, true));
    p += (total + 7) & ~7;
  }
  return items;
}

function readItem(items: ExtendedItems, view: DataView, type: number, at: number, size: number): void {
  switch (type) {
    case ExtType.sid:
      if (size >= 8 && size >= 8 + 4 * view.getUint8(at + 1)) items.sid = sidText(view, at);
      return;
    case ExtType.tsId:
      if (size >= 4) items.sessionId = view.getUint32(at, true);
      return;
    case ExtType.instanceInfo:
      if (size >= 24) {
        const id = view.getUint32(at, true);
        items.instance = { id, parentId: view.getUint32(at + 4, true), parentGuid: guidAt(view, at + 8) };
      }
      return;
    case ExtType.stackTrace32:
    case ExtType.stackTrace64:
      items.stack = readStack(view, at, size, type === ExtType.stackTrace32 ? 4 : 8);
      return;
    case ExtType.psmKey:
      items.psmKey = wideText(view, at, size);
      return;
    case ExtType.containerId: {
      const id = containerId(view, at, size);
      if (id !== undefined) items.containerId = id;
      return;
    }
    case ExtType.controlGuid:
      if (size >= 16) items.controlGuid = guidAt(view, at);
      return;
    case ExtType.provTraits:
      readTraits(items, view, at, size);
      return;
    default:
      readNumber(items, view, type, at, size);
  }
}

function readNumber(items: ExtendedItems, view: DataView, type: number, at: number, size: number): void {
  if (size < 8) return;
  switch (type) {
    case ExtType.pebsIndex:
      items.pebsIndex = hex64(view, at);
      return;
    case ExtType.pmcCounters:
      items.pmcCounters = Array.from({ length: Math.floor(size / 8) }, (_, i) => hex64(view, at + 8 * i));
      return;
    case ExtType.eventKey:
      items.eventKey = hex64(view, at);
      return;
    case ExtType.processStartKey:
      items.processStartKey = hex64(view, at);
      return;
    case ExtType.qpcDelta: {
      const delta = view.getBigInt64(at, true);
      items.qpcDelta = Number.isSafeInteger(Number(delta)) ? Number(delta) : delta;
      return;
    }
    case ExtType.stackKey32:
      if (size >= 12)
        items.stackKey = { matchId: hex64(view, at), key: hexText(view.getUint32(at + 8, true)) };
      return;
    case ExtType.stackKey64:
      if (size >= 16) items.stackKey = { matchId: hex64(view, at), key: hex64(view, at + 8) };
      return;
    default:
      return;
  }
}

// u64 MatchId, then addresses of the item's own width.
function readStack(
  view: DataView,
  at: number,
  size: number,
  width: 4 | 8,
): NonNullable<ExtendedItems['stack']> {
  const addresses: string[] = [];
  for (let p = at + 8; p + width <= at + size; p += width) {
    addresses.push(width === 4 ? hexText(view.getUint32(p, true)) : hex64(view, p));
  }
  return { matchId: size >= 8 ? hex64(view, at) : '0x0', addresses };
}

// Readers of Microsoft's own take 36 ASCII characters; 38 with braces and 16 bytes have been told of too.
function containerId(view: DataView, at: number, size: number): string | undefined {
  if (size === 16) return guidAt(view, at);
  if (size !== 36 && size !== 38) return undefined;
  let text = '';
  for (let i = 0; i < size; i++) text += String.fromCharCode(view.getUint8(at + i));
  const match = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(text);
  return match?.[1]?.toLowerCase();
}

const TRAIT_GROUP = 1;
const TRAIT_DECODE = 2;

// u16 size, name up to a NUL, then traits: u16 size, u8 type, data (a GUID for both known types).
function readTraits(items: ExtendedItems, view: DataView, at: number, size: number): void {
  const end = at + size;
  let p = at + 2;
  while (p < end && view.getUint8(p) !== 0) p++;
  p++;
  while (p + 3 <= end) {
    const trait = view.getUint16(p, true);
    if (trait < 3 || p + trait > end) return;
    const type = view.getUint8(p + 2);
    if (trait >= 19 && type === TRAIT_GROUP) items.groupGuid = guidAt(view, p + 3);
    if (trait >= 19 && type === TRAIT_DECODE) items.decodeGuid = guidAt(view, p + 3);
    p += trait;
  }
}

function wideText(view: DataView, at: number, size: number): string {
  let text = '';
  for (let p = at; p + 2 <= at + size; p += 2) {
    const unit = view.getUint16(p, true);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

function hex64(view: DataView, at: number): string {
  return hexText(view.getBigUint64(at, true));
}
