import { guidAt } from '../../etw/guid.ts';
import type { SessionChange, SessionClock, SessionFacts, SessionSettings } from '../sessions/control.ts';
import { ClientContext, LogFileMode, WnodeFlag } from './constants.ts';
import { writeGuid } from './guid_bytes.ts';
import { EVENT_TRACE_PROPERTIES, EVENT_TRACE_PROPERTIES_V2, WNODE_HEADER } from './structs.ts';
import { readWide, writeWide } from './wide_text.ts';

/** Names of sessions and log files are shorter than this, in characters. */
export const MAX_NAME = 1024;

const P = EVENT_TRACE_PROPERTIES.at;
const W = WNODE_HEADER.at;
/** Both names, at the end of the properties. */
const NAMES_SIZE = 2 * MAX_NAME * 2;

/** Bytes of {@link emptyProperties}: the struct and room for both names. */
export const PROPERTIES_SIZE: number = EVENT_TRACE_PROPERTIES.size + NAMES_SIZE;

/** Which form of the properties a build of Windows is asked with. */
export interface PropertiesForm {
  /** 2: EVENT_TRACE_PROPERTIES_V2. */
  readonly version: 1 | 2;
  /** The flush timer in milliseconds; else in whole seconds, rounded up. */
  readonly milliseconds: boolean;
}

/**
 * The properties that StartTraceW takes, in one buffer; the session's name, shorter than {@link MAX_NAME},
 * stands behind the struct. LogFileNameOffset stays 0: no file.
 */
export function startProperties(settings: SessionSettings, form: PropertiesForm): Uint8Array {
  const { size } = form.version === 2 ? EVENT_TRACE_PROPERTIES_V2 : EVENT_TRACE_PROPERTIES;
  const bytes = new Uint8Array(size + NAMES_SIZE);
  const view = new DataView(bytes.buffer);
  writeHead(view, bytes.length, size);
  writeGuid(view, W.Guid, settings.guid);
  view.setUint32(W.ClientContext, ClientContext[settings.clock], true);
  view.setUint32(P.BufferSize, settings.bufferSizeKiB, true);
  view.setUint32(P.MinimumBuffers, settings.minimumBuffers, true);
  view.setUint32(P.MaximumBuffers, settings.maximumBuffers, true);
  view.setUint32(P.LogFileMode, logFileMode(settings, form), true);
  view.setUint32(P.FlushTimer, flushTimer(settings.flushMilliseconds, form), true);
  view.setUint32(P.EnableFlags, settings.enableFlags, true);
  if (form.version === 2) {
    view.setUint32(W.Flags, WnodeFlag.tracedGuid | WnodeFlag.versionedProperties, true);
    view.setUint32(EVENT_TRACE_PROPERTIES_V2.at.V2Control, 2, true);
  }
  writeWide(view, size, settings.name);
  return bytes;
}

/** Properties for ControlTraceW and QueryAllTracesW to fill in, of {@link PROPERTIES_SIZE} bytes. */
export function emptyProperties(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  writeHead(view, bytes.length, EVENT_TRACE_PROPERTIES.size);
  view.setUint32(P.LogFileNameOffset, EVENT_TRACE_PROPERTIES.size + 2 * MAX_NAME, true);
}

/** What filled properties say; undefined when their names do not stand where they can. */
export function sessionFacts(bytes: Uint8Array): SessionFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = (at: number) => view.getUint32(at, true);
  const start = number(P.LoggerNameOffset);
  const end = Math.min(start + 2 * MAX_NAME, bytes.length);
  const name = readWide(view, start, EVENT_TRACE_PROPERTIES.size, end);
  if (name === undefined) return undefined;
  const mode = number(P.LogFileMode);
  return {
    handle: view.getBigUint64(W.HistoricalContext, true),
    name,
    guid: guidAt(view, W.Guid),
    logFileMode: mode,
    bufferSizeKiB: number(P.BufferSize),
    minimumBuffers: number(P.MinimumBuffers),
    maximumBuffers: number(P.MaximumBuffers),
    flushMilliseconds: number(P.FlushTimer) * ((mode & LogFileMode.useMsFlushTimer) !== 0 ? 1 : 1000),
    clock: clockOf(number(W.ClientContext)),
    buffers: number(P.NumberOfBuffers),
    freeBuffers: number(P.FreeBuffers),
    buffersWritten: number(P.BuffersWritten),
    eventsLost: number(P.EventsLost),
    logBuffersLost: number(P.LogBuffersLost),
    realTimeBuffersLost: number(P.RealTimeBuffersLost),
  };
}

/**
 * Makes what a query has filled in the argument of an update. The flush timer keeps its unit: seconds are
 * rounded up.
 */
export function changeProperties(
  bytes: Uint8Array,
  { maximumBuffers, flushMilliseconds }: SessionChange,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // A name would make the session write to that file.
  view.setUint32(P.LogFileNameOffset, 0, true);
  if (maximumBuffers !== undefined) view.setUint32(P.MaximumBuffers, maximumBuffers, true);
  if (flushMilliseconds === undefined) return;
  const inMilliseconds = (view.getUint32(P.LogFileMode, true) & LogFileMode.useMsFlushTimer) !== 0;
  const timer = inMilliseconds ? Math.round(flushMilliseconds) : Math.ceil(flushMilliseconds / 1000);
  view.setUint32(P.FlushTimer, Math.max(1, timer), true);
}

function writeHead(view: DataView, length: number, structSize: number): void {
  view.setUint32(W.BufferSize, length, true);
  view.setUint32(W.Flags, WnodeFlag.tracedGuid, true);
  view.setUint32(P.LoggerNameOffset, structSize, true);
}

function logFileMode({ systemLogger, flushMilliseconds }: SessionSettings, form: PropertiesForm): number {
  return (
    LogFileMode.realTime |
    LogFileMode.independentSession |
    (systemLogger ? LogFileMode.systemLogger : 0) |
    (form.milliseconds && wantsMilliseconds(flushMilliseconds) ? LogFileMode.useMsFlushTimer : 0)
  );
}

function flushTimer(milliseconds: number, form: PropertiesForm): number {
  return form.milliseconds && wantsMilliseconds(milliseconds)
    ? Math.max(1, Math.round(milliseconds))
    : Math.max(1, Math.ceil(milliseconds / 1000));
}

/** Whether an interval cannot be told in whole seconds. */
export function wantsMilliseconds(milliseconds: number): boolean {
  return milliseconds % 1000 !== 0;
}

function clockOf(context: number): SessionClock {
  if (context === ClientContext.system) return 'system';
  return context === ClientContext.cpu ? 'cpu' : 'qpc';
}
