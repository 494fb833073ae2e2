import { struct } from './layout.ts';

// The structs of ETW and TDH, with the field names of evntrace.h, evntcons.h, tdh.h and windows.h. Layouts are
// checked against testdata/layouts.tsv everywhere, and against mingw's headers in test/windows.

/** guiddef.h */
export const GUID = struct('GUID', {
  Data1: 'uint32',
  Data2: 'uint16',
  Data3: 'uint16',
  Data4: { of: 'uint8', count: 8 },
});

/** minwinbase.h */
export const SYSTEMTIME = struct('SYSTEMTIME', {
  wYear: 'uint16',
  wMonth: 'uint16',
  wDayOfWeek: 'uint16',
  wDay: 'uint16',
  wHour: 'uint16',
  wMinute: 'uint16',
  wSecond: 'uint16',
  wMilliseconds: 'uint16',
});

/** timezoneapi.h */
export const TIME_ZONE_INFORMATION = struct('TIME_ZONE_INFORMATION', {
  Bias: 'int32',
  StandardName: { of: 'uint16', count: 32 },
  StandardDate: SYSTEMTIME,
  StandardBias: 'int32',
  DaylightName: { of: 'uint16', count: 32 },
  DaylightDate: SYSTEMTIME,
  DaylightBias: 'int32',
});

/** wmistr.h. ETW keeps the session's handle in HistoricalContext, the clock in ClientContext. */
export const WNODE_HEADER = struct('WNODE_HEADER', {
  BufferSize: 'uint32',
  ProviderId: 'uint32',
  HistoricalContext: 'uint64',
  TimeStamp: 'int64',
  Guid: GUID,
  ClientContext: 'uint32',
  Flags: 'uint32',
});

const TRACE_PROPERTIES = {
  Wnode: WNODE_HEADER,
  /** KiB */
  BufferSize: 'uint32',
  MinimumBuffers: 'uint32',
  MaximumBuffers: 'uint32',
  MaximumFileSize: 'uint32',
  LogFileMode: 'uint32',
  /** Seconds, or milliseconds with EVENT_TRACE_USE_MS_FLUSH_TIMER. */
  FlushTimer: 'uint32',
  EnableFlags: 'uint32',
  AgeLimit: 'int32',
  NumberOfBuffers: 'uint32',
  FreeBuffers: 'uint32',
  EventsLost: 'uint32',
  BuffersWritten: 'uint32',
  LogBuffersLost: 'uint32',
  RealTimeBuffersLost: 'uint32',
  LoggerThreadId: 'pointer',
  LogFileNameOffset: 'uint32',
  LoggerNameOffset: 'uint32',
} as const;

/** evntrace.h */
export const EVENT_TRACE_PROPERTIES = struct('EVENT_TRACE_PROPERTIES', TRACE_PROPERTIES);

/** evntrace.h; V2Control holds the version, 2, in its low 8 bits. */
export const EVENT_TRACE_PROPERTIES_V2 = struct('EVENT_TRACE_PROPERTIES_V2', {
  ...TRACE_PROPERTIES,
  V2Control: 'uint32',
  FilterDescCount: 'uint32',
  FilterDesc: 'pointer',
  V2Options: 'uint64',
});

/** evntprov.h */
export const EVENT_FILTER_DESCRIPTOR = struct('EVENT_FILTER_DESCRIPTOR', {
  Ptr: 'uint64',
  Size: 'uint32',
  Type: 'uint32',
});

/** evntprov.h; Events has Count elements. */
export const EVENT_FILTER_EVENT_ID = struct('EVENT_FILTER_EVENT_ID', {
  FilterIn: 'uint8',
  Reserved: 'uint8',
  Count: 'uint16',
  Events: { of: 'uint16', count: 1 },
});

/** evntrace.h, version 2 */
export const ENABLE_TRACE_PARAMETERS = struct('ENABLE_TRACE_PARAMETERS', {
  Version: 'uint32',
  EnableProperty: 'uint32',
  ControlFlags: 'uint32',
  SourceId: GUID,
  EnableFilterDesc: 'pointer',
  FilterDescCount: 'uint32',
});

/** evntrace.h */
export const ETW_BUFFER_CONTEXT = struct('ETW_BUFFER_CONTEXT', {
  ProcessorIndex: 'uint16',
  LoggerId: 'uint16',
});

/** evntrace.h: the header of a classic event. */
export const EVENT_TRACE_HEADER = struct('EVENT_TRACE_HEADER', {
  Size: 'uint16',
  HeaderType: 'uint8',
  MarkerFlags: 'uint8',
  'Class.Type': 'uint8',
  'Class.Level': 'uint8',
  'Class.Version': 'uint16',
  ThreadId: 'uint32',
  ProcessId: 'uint32',
  TimeStamp: 'int64',
  Guid: GUID,
  ProcessorTime: 'uint64',
});

/** evntrace.h */
export const EVENT_TRACE = struct('EVENT_TRACE', {
  Header: EVENT_TRACE_HEADER,
  InstanceId: 'uint32',
  ParentInstanceId: 'uint32',
  ParentGuid: GUID,
  MofData: 'pointer',
  MofLength: 'uint32',
  BufferContext: ETW_BUFFER_CONTEXT,
});

/** evntrace.h */
export const TRACE_LOGFILE_HEADER = struct('TRACE_LOGFILE_HEADER', {
  BufferSize: 'uint32',
  Version: 'uint32',
  ProviderVersion: 'uint32',
  NumberOfProcessors: 'uint32',
  EndTime: 'int64',
  TimerResolution: 'uint32',
  MaximumFileSize: 'uint32',
  LogFileMode: 'uint32',
  BuffersWritten: 'uint32',
  StartBuffers: 'uint32',
  PointerSize: 'uint32',
  EventsLost: 'uint32',
  CpuSpeedInMHz: 'uint32',
  LoggerName: 'pointer',
  LogFileName: 'pointer',
  TimeZone: TIME_ZONE_INFORMATION,
  BootTime: 'int64',
  PerfFreq: 'int64',
  StartTime: 'int64',
  ReservedFlags: 'uint32',
  BuffersLost: 'uint32',
});

/** evntrace.h */
export const EVENT_TRACE_LOGFILEW = struct('EVENT_TRACE_LOGFILEW', {
  LogFileName: 'pointer',
  LoggerName: 'pointer',
  CurrentTime: 'int64',
  BuffersRead: 'uint32',
  ProcessTraceMode: 'uint32',
  CurrentEvent: EVENT_TRACE,
  LogfileHeader: TRACE_LOGFILE_HEADER,
  BufferCallback: 'pointer',
  BufferSize: 'uint32',
  Filled: 'uint32',
  EventsLost: 'uint32',
  EventRecordCallback: 'pointer',
  IsKernelTrace: 'uint32',
  Context: 'pointer',
});

/** evntprov.h */
export const EVENT_DESCRIPTOR = struct('EVENT_DESCRIPTOR', {
  Id: 'uint16',
  Version: 'uint8',
  Channel: 'uint8',
  Level: 'uint8',
  Opcode: 'uint8',
  Task: 'uint16',
  Keyword: 'uint64',
});

/** evntcons.h */
export const EVENT_HEADER = struct('EVENT_HEADER', {
  Size: 'uint16',
  HeaderType: 'uint16',
  Flags: 'uint16',
  EventProperty: 'uint16',
  ThreadId: 'uint32',
  ProcessId: 'uint32',
  TimeStamp: 'int64',
  ProviderId: GUID,
  EventDescriptor: EVENT_DESCRIPTOR,
  ProcessorTime: 'uint64',
  ActivityId: GUID,
});

/** evntcons.h */
export const EVENT_HEADER_EXTENDED_DATA_ITEM = struct('EVENT_HEADER_EXTENDED_DATA_ITEM', {
  Reserved1: 'uint16',
  ExtType: 'uint16',
  /** Bit 0; the others are reserved. */
  Linkage: 'uint16',
  DataSize: 'uint16',
  DataPtr: 'uint64',
});

/** evntcons.h */
export const EVENT_RECORD = struct('EVENT_RECORD', {
  EventHeader: EVENT_HEADER,
  BufferContext: ETW_BUFFER_CONTEXT,
  ExtendedDataCount: 'uint16',
  UserDataLength: 'uint16',
  ExtendedData: 'pointer',
  UserData: 'pointer',
  UserContext: 'pointer',
});

/** evntcons.h: the same bytes as WMI_BUFFER_HEADER on disk. */
export const ETW_BUFFER_HEADER = struct('ETW_BUFFER_HEADER', {
  Reserved1: { of: 'uint32', count: 4 },
  TimeStamp: 'int64',
  Reserved2: { of: 'uint32', count: 4 },
  ClientContext: ETW_BUFFER_CONTEXT,
  Reserved3: 'uint32',
  FilledBytes: 'uint32',
  Reserved4: { of: 'uint32', count: 5 },
});

/** evntcons.h: what a buffer callback is told beside the buffer. */
export const ETW_BUFFER_CALLBACK_INFORMATION = struct('ETW_BUFFER_CALLBACK_INFORMATION', {
  TraceHandle: 'uint64',
  LogfileHeader: 'pointer',
  BuffersRead: 'uint32',
});

/** evntcons.h: the options of OpenTraceFromRealTimeLogger. */
export const ETW_OPEN_TRACE_OPTIONS = struct('ETW_OPEN_TRACE_OPTIONS', {
  ProcessTraceModes: 'int32',
  EventCallback: 'pointer',
  EventCallbackContext: 'pointer',
  BufferCallback: 'pointer',
  BufferCallbackContext: 'pointer',
});

/** tdh.h */
export const EVENT_PROPERTY_INFO = struct('EVENT_PROPERTY_INFO', {
  Flags: 'int32',
  NameOffset: 'uint32',
  /** Of a struct: StructStartIndex. */
  'nonStructType.InType': 'uint16',
  /** Of a struct: NumOfStructMembers. */
  'nonStructType.OutType': 'uint16',
  'nonStructType.MapNameOffset': 'uint32',
  count: 'uint16',
  length: 'uint16',
  Reserved: 'uint32',
});

/** tdh.h; EventPropertyInfoArray has PropertyCount elements. */
export const TRACE_EVENT_INFO = struct('TRACE_EVENT_INFO', {
  ProviderGuid: GUID,
  EventGuid: GUID,
  EventDescriptor: EVENT_DESCRIPTOR,
  DecodingSource: 'int32',
  ProviderNameOffset: 'uint32',
  LevelNameOffset: 'uint32',
  ChannelNameOffset: 'uint32',
  KeywordsNameOffset: 'uint32',
  TaskNameOffset: 'uint32',
  OpcodeNameOffset: 'uint32',
  EventMessageOffset: 'uint32',
  ProviderMessageOffset: 'uint32',
  BinaryXMLOffset: 'uint32',
  BinaryXMLSize: 'uint32',
  ActivityIDNameOffset: 'uint32',
  RelatedActivityIDNameOffset: 'uint32',
  PropertyCount: 'uint32',
  TopLevelPropertyCount: 'uint32',
  Flags: 'int32',
  EventPropertyInfoArray: { of: EVENT_PROPERTY_INFO, count: 1 },
});

/** tdh.h */
export const EVENT_MAP_ENTRY = struct('EVENT_MAP_ENTRY', {
  OutputOffset: 'uint32',
  Value: 'uint32',
});

/** tdh.h; MapEntryArray has EntryCount elements. */
export const EVENT_MAP_INFO = struct('EVENT_MAP_INFO', {
  NameOffset: 'uint32',
  Flag: 'int32',
  EntryCount: 'uint32',
  MapEntryValueType: 'int32',
  MapEntryArray: { of: EVENT_MAP_ENTRY, count: 1 },
});

/** tdh.h */
export const TRACE_PROVIDER_INFO = struct('TRACE_PROVIDER_INFO', {
  ProviderGuid: GUID,
  SchemaSource: 'uint32',
  ProviderNameOffset: 'uint32',
});

/** tdh.h; TraceProviderInfoArray has NumberOfProviders elements. */
export const PROVIDER_ENUMERATION_INFO = struct('PROVIDER_ENUMERATION_INFO', {
  NumberOfProviders: 'uint32',
  Reserved: 'uint32',
  TraceProviderInfoArray: { of: TRACE_PROVIDER_INFO, count: 1 },
});

/** evntrace.h: what EnumerateTraceGuidsEx tells of a provider; InstanceCount of {@link TRACE_PROVIDER_INSTANCE_INFO} follow. */
export const TRACE_GUID_INFO = struct('TRACE_GUID_INFO', {
  InstanceCount: 'uint32',
  Reserved: 'uint32',
});

/** evntrace.h: a registration of a provider; EnableCount of {@link TRACE_ENABLE_INFO} follow. The next stands NextOffset behind its start. */
export const TRACE_PROVIDER_INSTANCE_INFO = struct('TRACE_PROVIDER_INSTANCE_INFO', {
  NextOffset: 'uint32',
  EnableCount: 'uint32',
  Pid: 'uint32',
  Flags: 'uint32',
});

/** evntrace.h: which session enabled a provider, and how. */
export const TRACE_ENABLE_INFO = struct('TRACE_ENABLE_INFO', {
  IsEnabled: 'uint32',
  Level: 'uint8',
  Reserved1: 'uint8',
  LoggerId: 'uint16',
  EnableProperty: 'uint32',
  Reserved2: 'uint32',
  MatchAnyKeyword: 'uint64',
  MatchAllKeyword: 'uint64',
});

/** Every struct declared here, the ones that others contain first. */
export const STRUCTS = [
  GUID,
  SYSTEMTIME,
  TIME_ZONE_INFORMATION,
  WNODE_HEADER,
  EVENT_TRACE_PROPERTIES,
  EVENT_TRACE_PROPERTIES_V2,
  EVENT_FILTER_DESCRIPTOR,
  EVENT_FILTER_EVENT_ID,
  ENABLE_TRACE_PARAMETERS,
  ETW_BUFFER_CONTEXT,
  EVENT_TRACE_HEADER,
  EVENT_TRACE,
  TRACE_LOGFILE_HEADER,
  EVENT_TRACE_LOGFILEW,
  EVENT_DESCRIPTOR,
  EVENT_HEADER,
  EVENT_HEADER_EXTENDED_DATA_ITEM,
  EVENT_RECORD,
  ETW_BUFFER_HEADER,
  ETW_BUFFER_CALLBACK_INFORMATION,
  ETW_OPEN_TRACE_OPTIONS,
  EVENT_PROPERTY_INFO,
  TRACE_EVENT_INFO,
  EVENT_MAP_ENTRY,
  EVENT_MAP_INFO,
  TRACE_PROVIDER_INFO,
  PROVIDER_ENUMERATION_INFO,
  TRACE_GUID_INFO,
  TRACE_PROVIDER_INSTANCE_INFO,
  TRACE_ENABLE_INFO,
] as const;
