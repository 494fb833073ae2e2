/**
 * Numbers of the raw ETW layout. Sources: the NT kernel's WMI headers as published by phnt (ntwmi.h) and
 * the Windows SDK (evntrace.h, evntcons.h), checked on recorded traces.
 */

/** Bytes of a WMI_BUFFER_HEADER, the same for 32- and 64-bit. */
export const BUFFER_HEADER_SIZE = 72;
/** The largest session buffer (16 MiB since Windows 8); anything larger is damage. */
export const MAX_BUFFER_SIZE = 16 * 1024 * 1024;

/** WMI_BUFFER_HEADER.BufferFlag bits. */
export const BufferFlag = {
  flushMarker: 0x01,
  eventsLost: 0x02,
  bufferLost: 0x04,
  realTimeBackupCorrupt: 0x08,
  realTimeBackup: 0x10,
  processorIndex: 0x20,
  compressed: 0x40,
} as const;

/** WMI_BUFFER_HEADER.BufferType of the buffer that describes the session. */
export const HEADER_BUFFER = 4;

/** TRACE_LOGFILE_HEADER.LogFileMode bits that the reader looks at. */
export const LogFileMode = {
  circular: 0x2,
  preallocate: 0x20,
  relog: 0x10000,
  compressed: 0x4000000,
} as const;

/** Byte 2 of an event's first dword (or Message for WPP). */
export const HeaderType = {
  system32: 1,
  system64: 2,
  compact32: 3,
  compact64: 4,
  full32: 10,
  instance32: 11,
  timed: 12,
  error: 13,
  wnode: 14,
  message: 15,
  perfInfo32: 16,
  perfInfo64: 17,
  event32: 18,
  event64: 19,
  full64: 20,
  instance64: 21,
} as const;

/** EVENT_HEADER.Flags bits that occur on disk. */
export const EventFlag = { extendedInfo: 0x01, stringOnly: 0x04 } as const;

/** EVENT_HEADER_EXTENDED_DATA_ITEM.ExtType. */
export const ExtType = {
  relatedActivityId: 1,
  sid: 2,
  tsId: 3,
  instanceInfo: 4,
  stackTrace32: 5,
  stackTrace64: 6,
  pebsIndex: 7,
  pmcCounters: 8,
  psmKey: 9,
  eventKey: 10,
  eventSchemaTl: 11,
  provTraits: 12,
  processStartKey: 13,
  controlGuid: 14,
  qpcDelta: 15,
  containerId: 16,
  stackKey32: 17,
  stackKey64: 18,
} as const;

/** EVENT_HEADER.Channel of TraceLogging events. */
export const CHANNEL_TRACELOGGING = 11;

/** Class of EventInfo (opcode 32) and EventMapInfo (33) blobs in merged files. */
export const EVENT_METADATA_GUID = 'bbccf6c1-6cd1-48c4-80ff-839482e37671';
/** Class of the log file header (opcode 0) and its companions; kernel group 0. */
export const EVENT_TRACE_GUID = '68fdd900-4a3e-11d1-84f4-0000f80464e3';
/** Event id (and task) of EventSource manifest chunks. */
export const MANIFEST_EVENT_ID = 0xfffe;
