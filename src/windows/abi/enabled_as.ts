import type { EnabledAs } from '../sessions/control.ts';
import { TRACE_ENABLE_INFO, TRACE_GUID_INFO, TRACE_PROVIDER_INSTANCE_INFO } from './structs.ts';

/**
 * How a session has a provider enabled, from what EnumerateTraceGuidsEx (TraceGuidQueryInfo) wrote; undefined where none of
 * the provider's registrations is enabled for it. No number of it is trusted.
 *
 * @param loggerId The session's number: the low 16 bits of its handle.
 */
export function enabledAs(info: Uint8Array, loggerId: number): EnabledAs | undefined {
  if (info.length < TRACE_GUID_INFO.size) return undefined;
  const view = new DataView(info.buffer, info.byteOffset, info.length);
  let at = TRACE_GUID_INFO.size;
  for (let left = view.getUint32(TRACE_GUID_INFO.at.InstanceCount, true); left > 0; left--) {
    if (at + TRACE_PROVIDER_INSTANCE_INFO.size > info.length) return undefined;
    const found = enabledIn(view, at, loggerId);
    if (found !== undefined) return found;
    const next = view.getUint32(at + TRACE_PROVIDER_INSTANCE_INFO.at.NextOffset, true);
    if (next < TRACE_PROVIDER_INSTANCE_INFO.size) return undefined;
    at += next;
  }
  return undefined;
}

/** Of one registration. */
function enabledIn(view: DataView, instance: number, loggerId: number): EnabledAs | undefined {
  const count = view.getUint32(instance + TRACE_PROVIDER_INSTANCE_INFO.at.EnableCount, true);
  const { size, at: field } = TRACE_ENABLE_INFO;
  let at = instance + TRACE_PROVIDER_INSTANCE_INFO.size;
  for (let left = count; left > 0 && at + size <= view.byteLength; left--, at += size) {
    if (view.getUint16(at + field.LoggerId, true) !== loggerId) continue;
    if (view.getUint32(at + field.IsEnabled, true) === 0) continue;
    return {
      level: view.getUint8(at + field.Level),
      enableProperties: view.getUint32(at + field.EnableProperty, true),
      matchAnyKeyword: view.getBigUint64(at + field.MatchAnyKeyword, true),
      matchAllKeyword: view.getBigUint64(at + field.MatchAllKeyword, true),
    };
  }
  return undefined;
}
