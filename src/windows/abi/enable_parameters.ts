import type { ProviderEnable, ProviderFilters } from '../sessions/control.ts';
import { FilterLimit, FilterType } from './constants.ts';
import { ENABLE_TRACE_PARAMETERS, EVENT_FILTER_DESCRIPTOR, EVENT_FILTER_EVENT_ID } from './structs.ts';
import { writeWide } from './wide_text.ts';

interface Filter {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Why filters cannot be handed to the kernel; undefined where they can. */
export function filterProblem({ eventIds, pids, executables }: ProviderFilters): string | undefined {
  const { eventIds: maxIds, pids: maxPids, bytes: maxBytes } = FilterLimit;
  if (eventIds !== undefined && eventIds.ids.length > maxIds)
    return `${eventIds.ids.length} event ids: a filter takes ${maxIds}`;
  if (eventIds?.ids.some((id) => !isUnsigned(id, 0xffff)) === true) return 'event ids are 0 to 65535';
  if (pids !== undefined && pids.length > maxPids)
    return `${pids.length} process ids: a filter takes ${maxPids}`;
  if (pids?.some((pid) => !isUnsigned(pid, 0xffff_ffff)) === true) return 'process ids are 0 to 4294967295';
  if (executables?.some((name) => /[;\0]/.test(name) || name === '') === true)
    return 'a name of an executable is empty or has a semicolon';
  if (2 * (executables ?? []).join(';').length + 2 > maxBytes)
    return `the names of executables are longer than ${maxBytes / 2 - 1} characters together`;
  return undefined;
}

/**
 * ENABLE_TRACE_PARAMETERS (version 2) with its descriptors and filters behind it, in one buffer:
 *
 *     0   ENABLE_TRACE_PARAMETERS
 *     48  EVENT_FILTER_DESCRIPTOR for each filter
 *     …   the filters' data, each at a multiple of 8
 *
 * One buffer, since pointers into it hold for as long as the call holds it. The filters must have no
 * {@link filterProblem}.
 *
 * @param addressOf The address at which the buffer stands.
 */
export function enableParameters(
  { enableProperties, filters }: Pick<ProviderEnable, 'enableProperties' | 'filters'>,
  addressOf: (bytes: Uint8Array) => bigint,
): Uint8Array {
  const encoded = encodeFilters(filters);
  const first = ENABLE_TRACE_PARAMETERS.size;
  let end = first + encoded.length * EVENT_FILTER_DESCRIPTOR.size;
  const places = encoded.map(({ bytes }) => {
    const at = end;
    end += Math.ceil(bytes.length / 8) * 8;
    return at;
  });
  const all = new Uint8Array(end);
  const view = new DataView(all.buffer);
  const base = addressOf(all);
  const { at } = ENABLE_TRACE_PARAMETERS;
  view.setUint32(at.Version, 2, true);
  view.setUint32(at.EnableProperty, enableProperties, true);
  view.setUint32(at.FilterDescCount, encoded.length, true);
  if (encoded.length > 0) view.setBigUint64(at.EnableFilterDesc, base + BigInt(first), true);
  for (const [i, { type, bytes }] of encoded.entries()) {
    const place = places[i] ?? 0;
    all.set(bytes, place);
    const descriptor = first + i * EVENT_FILTER_DESCRIPTOR.size;
    view.setBigUint64(descriptor + EVENT_FILTER_DESCRIPTOR.at.Ptr, base + BigInt(place), true);
    view.setUint32(descriptor + EVENT_FILTER_DESCRIPTOR.at.Size, bytes.length, true);
    view.setUint32(descriptor + EVENT_FILTER_DESCRIPTOR.at.Type, type, true);
  }
  return all;
}

function encodeFilters({ eventIds, pids, executables }: ProviderFilters): readonly Filter[] {
  const filters: Filter[] = [];
  if (eventIds !== undefined && eventIds.ids.length > 0)
    filters.push({ type: FilterType.eventId, bytes: eventIdFilter(eventIds.in, eventIds.ids) });
  if (pids !== undefined && pids.length > 0)
    filters.push({ type: FilterType.pid, bytes: new Uint8Array(Uint32Array.from(pids).buffer) });
  if (executables !== undefined && executables.length > 0)
    filters.push({ type: FilterType.executableName, bytes: wideText(executables.join(';')) });
  return filters;
}

function eventIdFilter(isIn: boolean, ids: readonly number[]): Uint8Array {
  const { at } = EVENT_FILTER_EVENT_ID;
  const view = new DataView(new ArrayBuffer(at.Events + 2 * ids.length));
  view.setUint8(at.FilterIn, isIn ? 1 : 0);
  view.setUint16(at.Count, ids.length, true);
  for (const [i, id] of ids.entries()) view.setUint16(at.Events + 2 * i, id, true);
  return new Uint8Array(view.buffer);
}

function wideText(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length + 2);
  writeWide(new DataView(bytes.buffer), 0, text);
  return bytes;
}

function isUnsigned(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
