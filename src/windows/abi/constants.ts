// Numbers of evntrace.h, evntcons.h, evntprov.h, wmistr.h and winerror.h. Sources: the crate windows-sys 0.61.2 and
// the headers of mingw-w64 10.0.

/** EVENT_TRACE_PROPERTIES.LogFileMode */
export const LogFileMode = {
  realTime: 0x0000_0100,
  buffering: 0x0000_0400,
  useMsFlushTimer: 0x0000_0010,
  persistOnHybridShutdown: 0x0080_0000,
  systemLogger: 0x0200_0000,
  compressed: 0x0400_0000,
  independentSession: 0x0800_0000,
  noPerProcessorBuffering: 0x1000_0000,
} as const;

/** WNODE_HEADER.Flags */
export const WnodeFlag = {
  tracedGuid: 0x0002_0000,
  versionedProperties: 0x0080_0000,
} as const;

/** WNODE_HEADER.ClientContext: the clock of a session. */
export const ClientContext = { qpc: 1, system: 2, cpu: 3 } as const;

/** ControlTraceW's ControlCode. */
export const TraceControl = { query: 0, stop: 1, update: 2, flush: 3 } as const;

/** EnumerateTraceGuidsEx's TraceQueryInfoClass: TRACE_QUERY_INFO_CLASS. */
export const TraceQuery = { guidInfo: 1 } as const;

/** EnableTraceEx2's ControlCode. */
export const ProviderControl = { disable: 0, enable: 1, captureState: 2 } as const;

/** ENABLE_TRACE_PARAMETERS.EnableProperty: EVENT_ENABLE_PROPERTY_*. */
export const EnableProperty = {
  sid: 0x1,
  tsId: 0x2,
  stackTrace: 0x4,
  psmKey: 0x8,
  /** Without it, events of keyword 0 pass every MatchAnyKeyword. */
  ignoreKeyword0: 0x10,
  providerGroup: 0x20,
  enableKeyword0: 0x40,
  processStartKey: 0x80,
  eventKey: 0x100,
  excludeInPrivate: 0x200,
  enableSilos: 0x400,
  sourceContainerTracking: 0x800,
} as const;

/** EVENT_FILTER_DESCRIPTOR.Type: EVENT_FILTER_TYPE_*. */
export const FilterType = {
  schematized: 0x8000_0000,
  pid: 0x8000_0004,
  executableName: 0x8000_0008,
  packageId: 0x8000_0010,
  payload: 0x8000_0100,
  eventId: 0x8000_0200,
  eventName: 0x8000_0400,
  stackwalk: 0x8000_1000,
  stackwalkName: 0x8000_2000,
  stackwalkLevelKeyword: 0x8000_4000,
  container: 0x8000_8000,
} as const;

/** evntprov.h: MAX_EVENT_FILTER_EVENT_ID_COUNT, MAX_EVENT_FILTER_PID_COUNT, MAX_EVENT_FILTER_DATA_SIZE. */
export const FilterLimit = { eventIds: 64, pids: 8, bytes: 1024 } as const;

/** EVENT_TRACE_PROPERTIES.EnableFlags of a system logger: EVENT_TRACE_FLAG_*. */
export const EnableFlag = {
  process: 0x1,
  thread: 0x2,
  imageLoad: 0x4,
  processCounters: 0x8,
  diskFileIo: 0x200,
  vamap: 0x8000,
  networkTcpip: 0x1_0000,
  registry: 0x2_0000,
  job: 0x8_0000,
  fileIo: 0x0200_0000,
  fileIoInit: 0x0400_0000,
} as const;

/** EVENT_TRACE_LOGFILEW.ProcessTraceMode: PROCESS_TRACE_MODE_*. */
export const ProcessTraceMode = {
  realTime: 0x100,
  rawTimestamp: 0x1000,
  eventRecord: 0x1000_0000,
} as const;

/** ETW_OPEN_TRACE_OPTIONS.ProcessTraceModes. */
export const OpenTraceMode = { rawTimestamp: 1 } as const;

/** OpenTraceW and its kin where they fail: INVALID_PROCESSTRACE_HANDLE. */
export const INVALID_TRACE_HANDLE = 0xffff_ffff_ffff_ffffn;

/** EVENT_HEADER.Flags: EVENT_HEADER_FLAG_*. */
export const EventHeaderFlag = {
  extendedInfo: 0x1,
  privateSession: 0x2,
  stringOnly: 0x4,
  traceMessage: 0x8,
  noCpuTime: 0x10,
  is32Bit: 0x20,
  is64Bit: 0x40,
  decodeGuid: 0x80,
  classicHeader: 0x100,
  processorIndex: 0x200,
} as const;

/** WaitForSingleObject. */
export const WaitResult = { object0: 0, abandoned: 0x80, timeout: 0x102, failed: 0xffff_ffff } as const;

/** winerror.h */
export const ErrorCode = {
  success: 0,
  fileNotFound: 2,
  pathNotFound: 3,
  accessDenied: 5,
  invalidHandle: 6,
  notEnoughMemory: 8,
  badLength: 24,
  sharingViolation: 32,
  notSupported: 50,
  invalidParameter: 87,
  callNotImplemented: 120,
  insufficientBuffer: 122,
  invalidName: 123,
  diskFull: 112,
  alreadyExists: 183,
  moreData: 234,
  notFound: 1168,
  cancelled: 1223,
  noSystemResources: 1450,
  wmiGuidNotFound: 4200,
  wmiInstanceNotFound: 4201,
  ctxClosePending: 7007,
} as const;

/** The GUID of the "NT Kernel Logger", the only one before Windows 8. */
export const SYSTEM_TRACE_CONTROL_GUID = '9e814aad-3204-11d2-9a82-006008a86939';

/** System providers, enabled with EnableTraceEx2 in a session of EVENT_TRACE_SYSTEM_LOGGER_MODE; build 20348 on. */
export const SystemProvider = {
  alpc: 'fcb9baaf-e529-4980-92e9-ced1a6aadfdf',
  config: 'fef3a8b6-318d-4b67-a96a-3b0f6b8f18fe',
  cpu: 'c6c5265f-eae8-4650-aae4-9d48603d8510',
  hypervisor: 'bafa072a-918a-4bed-b622-bc152097098f',
  interrupt: 'd4bbee17-b545-4888-858b-744169015b25',
  io: '3d5c43e3-0f1c-4202-b817-174c0070dc79',
  ioFilter: 'fbd09363-9e22-4661-b8bf-e7a34b535b8c',
  lock: '721ddfd3-dacc-4e1e-b26a-a2cb31d4705a',
  memory: '82958ca9-b6cd-47f8-a3a8-03ae85a4bc24',
  object: 'febd7460-3d1d-47eb-af49-c9eeb1e146f2',
  power: 'c134884a-32d5-4488-80e5-14ed7abb8269',
  process: '151f55dc-467d-471f-83b5-5f889d46ff66',
  profile: 'bfeb0324-1cee-496f-a409-2ac2b48a6322',
  registry: '16156bd9-fab4-4cfa-a232-89d1099058e3',
  scheduler: '599a2a76-4d91-4910-9ac7-7d33f2e97a6c',
  syscall: '434286f7-6f1b-45bb-b37e-95f623046c7c',
  timer: '4f061568-e215-499f-ab2e-eda0ae890a5b',
} as const;

/** Keywords of SystemProcess: SYSTEM_PROCESS_KW_*. */
export const ProcessKeyword = {
  general: 0x1n,
  inswap: 0x2n,
  freeze: 0x4n,
  perfCounter: 0x8n,
  job: 0x200n,
  thread: 0x800n,
  loader: 0x1000n,
} as const;

/** Keywords of SystemRegistry: SYSTEM_REGISTRY_KW_*. */
export const RegistryKeyword = { general: 0x1n, hive: 0x2n, notification: 0x4n } as const;

/** Keywords of SystemIo: SYSTEM_IO_KW_*. */
export const IoKeyword = { disk: 0x1n, filename: 0x4n, file: 0x10n, network: 0x200n } as const;

/** Keywords of SystemConfig: SYSTEM_CONFIG_KW_*. */
export const ConfigKeyword = { system: 0x1n, storage: 0x4n, network: 0x8n, services: 0x10n } as const;
