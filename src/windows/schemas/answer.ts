import { Buffer } from 'node:buffer';
import { readEventInfo } from '../../etw/embedded/event_info.ts';
import { readMapInfo } from '../../etw/embedded/map_info.ts';
import type { Field, Schema } from '../../etw/schema.ts';
import type { ValueNames } from '../../etw/value_names.ts';
import type { EventKey } from './event_image.ts';

/** What TDH said of an event: its TRACE_EVENT_INFO and the EVENT_MAP_INFO of its maps; or that it knows nothing. */
export type Answer =
  | { readonly kind: 'known'; readonly info: Uint8Array; readonly maps: readonly Uint8Array[] }
  | { readonly kind: 'unknown' };

/** Maps of one event that are asked for. */
export const MAX_MAPS = 64;
const GUID_SIZE = 16;

/** The schema in a TRACE_EVENT_INFO, without maps; undefined for one that is damaged or of another event. */
export function schemaIn(info: Uint8Array, key: EventKey): Schema | undefined {
  const { bytes, view } = viewed(info);
  const found = readEventInfo(bytes, view, 0, bytes.length);
  if (found === undefined) return undefined;
  // Of a class, TDH gives the opcode and leaves the id 0.
  const isAsked = key.kind === 'class' || (found.guid === key.guid && found.id === key.number);
  if (!isAsked) return undefined;
  return key.kind === 'class' ? { ...found.schema, source: 'classic' } : found.schema;
}

/** The schema that an answer holds, with its maps. */
export function schemaOf(answer: Answer, key: EventKey): Schema | undefined {
  if (answer.kind === 'unknown') return undefined;
  const schema = schemaIn(answer.info, key);
  if (schema === undefined || answer.maps.length === 0) return schema;
  const maps = new Map<string, ValueNames>();
  for (const blob of answer.maps) {
    // As traces carry it: the provider's GUID, which nobody looks at here, stands before the structure.
    const { bytes, view } = viewed(Buffer.concat([Buffer.alloc(GUID_SIZE), blob]));
    const found = readMapInfo(bytes, view, 0, bytes.length);
    if (found !== undefined) maps.set(found.name, found.map);
  }
  return { ...schema, maps };
}

/** The names of the maps that a schema's fields call, at most {@link MAX_MAPS}. */
export function mapNames(schema: Schema): string[] {
  const names = new Set<string>();
  collect(schema.fields, names);
  return [...names].slice(0, MAX_MAPS);
}

function collect(fields: readonly Field[], names: Set<string>): void {
  for (const { map, fields: members } of fields) {
    if (map !== undefined) names.add(map);
    if (members !== undefined) collect(members, names);
  }
}

/** Bytes an answer takes. */
export function answerSize(answer: Answer): number {
  if (answer.kind === 'unknown') return 0;
  return answer.info.length + answer.maps.reduce((sum, map) => sum + map.length, 0);
}

function viewed(blob: Uint8Array): { readonly bytes: Buffer; readonly view: DataView } {
  return {
    bytes: Buffer.from(blob.buffer, blob.byteOffset, blob.length),
    view: new DataView(blob.buffer, blob.byteOffset, blob.length),
  };
}
