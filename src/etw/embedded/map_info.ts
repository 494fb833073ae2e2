import type { Buffer } from 'node:buffer';
import { guidAt } from '../guid.ts';
import type { ValueNames } from '../value_names.ts';
import { wideTextAt } from './wide_text.ts';

/** A value or bit map that a trace carries for one of its providers. */
export interface EmbeddedMap {
  readonly guid: string;
  readonly name: string;
  readonly map: ValueNames;
}

// The provider's GUID, then EVENT_MAP_INFO (tdh.h), whose offsets count from its own start: u32 name offset,
// u32 flags, u32 entries, u32 value type or format; EVENT_MAP_ENTRY[]: u32 text offset, u32 value.
const GUID_SIZE = 16;
const HEADER = 16;
const ENTRY = 8;
const FLAG_VALUEMAP = 0x1;
const FLAG_BITMAP = 0x2;
const MAX_ENTRIES = 4096;

/** Reads an EventMapInfo payload in [from, to); undefined when it is damaged or of another kind of map. */
export function readMapInfo(
  bytes: Buffer,
  view: DataView,
  from: number,
  to: number,
): EmbeddedMap | undefined {
  const start = from + GUID_SIZE;
  if (start + HEADER > to) return undefined;
  const flags = view.getUint32(start + 4, true);
  const count = view.getUint32(start + 8, true);
  if (
    (flags & (FLAG_VALUEMAP | FLAG_BITMAP)) === 0 ||
    count > MAX_ENTRIES ||
    start + HEADER + count * ENTRY > to
  )
    return undefined;
  const text = (offset: number): string | undefined => wideTextAt(bytes, view, start, offset, to);
  const name = text(view.getUint32(start, true));
  if (name === undefined) return undefined;
  const names = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    const at = start + HEADER + i * ENTRY;
    const entry = text(view.getUint32(at, true));
    if (entry !== undefined) names.set(view.getUint32(at + 4, true), entry);
  }
  return {
    guid: guidAt(view, from),
    name,
    map: { kind: (flags & FLAG_BITMAP) === 0 ? 'values' : 'bits', names },
  };
}
