import type { Called } from '../sessions/control.ts';
import type { EventImage } from './event_image.ts';

/**
 * What Windows knows of events: TDH, the trace data helper. Answers are the raw structures, read by parsers
 * that bound everything. native/tdh_calls.ts asks Windows; tests have a fake.
 */
export interface Tdh {
  /** TdhGetEventInformation: a TRACE_EVENT_INFO of at most 64 KiB. */
  eventInformation(event: EventImage): Called<Uint8Array>;
  /** TdhGetEventMapInformation: an EVENT_MAP_INFO of at most 256 KiB. */
  eventMap(event: EventImage, name: string): Called<Uint8Array>;
  /** TdhEnumerateProviders: a PROVIDER_ENUMERATION_INFO of at most 4 MiB. */
  providers(): Called<Uint8Array>;
}

/** Bounds of the answers, in bytes. */
export const TdhLimit = {
  eventInformation: 64 * 1024,
  eventMap: 256 * 1024,
  providers: 4 * 1024 * 1024,
} as const;

// winerror.h: what TDH answers where it knows no such event; anything else may be another time otherwise.
const UNKNOWN: ReadonlySet<number> = new Set([
  2, // ERROR_FILE_NOT_FOUND
  1168, // ERROR_NOT_FOUND
  1812, // ERROR_RESOURCE_DATA_NOT_FOUND
  1813, // ERROR_RESOURCE_TYPE_NOT_FOUND
  1814, // ERROR_RESOURCE_NAME_NOT_FOUND
  1815, // ERROR_RESOURCE_LANG_NOT_FOUND
  4200, // ERROR_WMI_GUID_NOT_FOUND
  15100, // ERROR_MUI_FILE_NOT_FOUND
]);

/** Whether an error says that there is nothing to know, rather than that asking failed. */
export function saysUnknown(code: number): boolean {
  return UNKNOWN.has(code);
}
