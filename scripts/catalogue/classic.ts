import type { CatalogueEvent, CatalogueField, CatalogueFile } from '../../src/etw/catalogue/format.ts';
import type { InType, OutType } from '../../src/etw/schema.ts';

/**
 * The MOF classes of the kernel that are shipped, written by hand: the published tables flatten pointers and
 * SIDs, and PerfView's MOF ends at version 2. Names are those of the MOF; types were checked against
 * recorded payloads (Process 1 to 5, Image 0 to 3, Thread 3, EventTrace 2), which they consume exactly. The
 * generator compares names and flattened types with the published tables (classic_check.ts).
 */
const SOURCES = [
  'microsoft/perfview src/TraceEvent/KernelTraceEventParser.mof (MIT)',
  'jdu2600/Windows10EtwEvents Windows_Kernel_Trace.tsv 086d88e (Windows 10 17763), 84e7261 (Windows 11 28000)',
];

const field = (name: string, inType: InType, out?: OutType): CatalogueField => ({
  name,
  in: inType,
  ...(out === undefined ? {} : { out }),
});
const ptr = (name: string): CatalogueField => field(name, 'Pointer');
const size = (name: string): CatalogueField => field(name, 'SizeT');
const u8 = (name: string): CatalogueField => field(name, 'UInt8');
const u32 = (name: string, out?: OutType): CatalogueField => field(name, 'UInt32', out);
const wide = (name: string): CatalogueField => field(name, 'UnicodeString');

/** Opcodes of one layout, with the names MOF gives them. */
type Opcodes = readonly (readonly [opcode: number, name: string])[];

function layout(version: number, opcodes: Opcodes, fields: readonly CatalogueField[]): CatalogueEvent {
  const [first = [0, '']] = opcodes;
  return {
    opcodes: opcodes.map(([opcode]) => opcode),
    version,
    name: first[1],
    ...(opcodes.length === 1 ? {} : { names: Object.fromEntries(opcodes) }),
    fields,
  };
}

// Rundown: DCStart lists what existed when the session began, DCEnd when it ended.
const LIFE: Opcodes = [
  [1, 'Start'],
  [2, 'End'],
  [3, 'DCStart'],
  [4, 'DCEnd'],
];
const RUNNING: Opcodes = LIFE.filter(([opcode]) => opcode !== 2);
// Defunct: the last reference to a process that had ended is gone.
const LIFE_AND_DEFUNCT: Opcodes = [...LIFE, [39, 'Defunct']];

const PROCESS_IDS = [u32('ProcessId', 'pid'), u32('ParentId', 'pid'), u32('SessionId')];
const SID_AND_IMAGE = [field('UserSID', 'WbemSid'), field('ImageFileName', 'AnsiString')];
const EXIT_STATUS = field('ExitStatus', 'Int32');
const PROCESS_V2 = [ptr('UniqueProcessKey'), ...PROCESS_IDS, EXIT_STATUS];
const PROCESS_V4 = [
  ...PROCESS_V2,
  ptr('DirectoryTableBase'),
  u32('Flags'),
  ...SID_AND_IMAGE,
  ...['CommandLine', 'PackageFullName', 'ApplicationId'].map(wide),
];
const COUNTERS = [
  'PeakVirtualSize',
  'PeakWorkingSetSize',
  'PeakPagefileUsage',
  'QuotaPeakPagedPoolUsage',
  'QuotaPeakNonPagedPoolUsage',
  'VirtualSize',
  'WorkingSetSize',
  'PagefileUsage',
  'QuotaPagedPoolUsage',
  'QuotaNonPagedPoolUsage',
  'PrivatePageCount',
];

const PROCESS: readonly CatalogueEvent[] = [
  // The ids have the size of a pointer in this version only.
  layout(0, LIFE, [
    field('ProcessId', 'Pointer', 'pid'),
    field('ParentId', 'Pointer', 'pid'),
    ...SID_AND_IMAGE,
  ]),
  layout(1, LIFE, [ptr('PageDirectoryBase'), ...PROCESS_IDS, EXIT_STATUS, ...SID_AND_IMAGE]),
  layout(2, LIFE_AND_DEFUNCT, [...PROCESS_V2, ...SID_AND_IMAGE, wide('CommandLine')]),
  layout(3, LIFE_AND_DEFUNCT, [
    ...PROCESS_V2,
    ptr('DirectoryTableBase'),
    ...SID_AND_IMAGE,
    wide('CommandLine'),
  ]),
  layout(4, LIFE_AND_DEFUNCT, PROCESS_V4),
  layout(5, [[39, 'Defunct']], [...PROCESS_V4, field('ExitTime', 'FILETIME')]),
  layout(2, [[11, 'Terminate']], [u32('ProcessId', 'pid')]),
  layout(
    2,
    [
      [32, 'PerfCtr'],
      [33, 'PerfCtrRundown'],
    ],
    [
      u32('ProcessId', 'pid'),
      u32('PageFaultCount'),
      u32('HandleCount'),
      u32('Reserved'),
      ...COUNTERS.map(size),
    ],
  ),
];

const THREAD_IDS = [u32('ProcessId', 'pid'), u32('TThreadId', 'tid')];
const STACKS = ['StackBase', 'StackLimit', 'UserStackBase', 'UserStackLimit'].map(ptr);
const THREAD_V1 = [
  ...THREAD_IDS,
  ...STACKS,
  ptr('StartAddr'),
  ptr('Win32StartAddr'),
  field('WaitMode', 'Int8'),
];
const THREAD_V4 = [
  ...THREAD_IDS,
  ...STACKS,
  ptr('Affinity'),
  ptr('Win32StartAddr'),
  ptr('TebBase'),
  u32('SubProcessTag'),
  ...['BasePriority', 'PagePriority', 'IoPriority', 'ThreadFlags'].map(u8),
  wide('ThreadName'),
];

const THREAD: readonly CatalogueEvent[] = [
  layout(0, LIFE, THREAD_IDS.toReversed()),
  // PerfView's MOF has DCEnd like End; the tables are the newer.
  layout(1, RUNNING, THREAD_V1),
  layout(1, [[2, 'End']], THREAD_IDS),
  layout(2, LIFE, [
    ...THREAD_IDS,
    ...STACKS,
    ptr('StartAddr'),
    ptr('Win32StartAddr'),
    ptr('TebBase'),
    u32('SubProcessTag'),
  ]),
  // Published without the name, as Windows 8 writes it; Windows 10 from 1903 on writes the name under version
  // 3 too. Where the payload ends before it, it is missing.
  layout(3, LIFE, THREAD_V4),
  layout(4, LIFE, THREAD_V4),
  layout(2, [[72, 'SetName']], [u32('ProcessId', 'pid'), u32('ThreadId', 'tid'), wide('ThreadName')]),
];

// Load comes as opcode 10 of the kernel's Process group too; see kernel_groups.ts.
const IMAGE_OPCODES: Opcodes = [
  [10, 'Load'],
  [2, 'UnLoad'],
  [3, 'DCStart'],
  [4, 'DCEnd'],
];
const IMAGE_V1 = [ptr('ImageBase'), ptr('ImageSize'), u32('ProcessId', 'pid')];
const IMAGE_V2 = [...IMAGE_V1, u32('ImageChecksum'), u32('TimeDateStamp')];
const IMAGE_END = [
  ptr('DefaultBase'),
  u32('Reserved1'),
  u32('Reserved2'),
  u32('Reserved3'),
  u32('Reserved4'),
  wide('FileName'),
];

const IMAGE: readonly CatalogueEvent[] = [
  // Published for Load only; recorded traces hold the other opcodes with the same layouts.
  layout(0, IMAGE_OPCODES, [ptr('BaseAddress'), u32('ModuleSize'), wide('ImageFileName')]),
  layout(1, IMAGE_OPCODES, [...IMAGE_V1, wide('FileName')]),
  layout(2, IMAGE_OPCODES, [...IMAGE_V2, u32('Reserved0'), ...IMAGE_END]),
  layout(3, IMAGE_OPCODES, [
    ...IMAGE_V2,
    u8('SignatureLevel'),
    u8('SignatureType'),
    field('Reserved0', 'UInt16'),
    ...IMAGE_END,
  ]),
  layout(2, [[33, 'KernelBase']], [ptr('ImageBase')]),
  layout(2, [[34, 'HypercallPage']], [ptr('HypercallPageVa')]),
];

const GROUP_MASKS = Array.from({ length: 8 }, (_, index) => u32(`GroupMask${index + 1}`));
const EXTENSION: Opcodes = [
  [5, 'Extension'],
  [32, 'EndExtension'],
];

// Opcode 0, the log file's header, is the same in versions 0 to 2: TRACE_LOGFILE_HEADER and two names.
const EVENT_TRACE: readonly CatalogueEvent[] = [
  layout(
    0,
    [[0, 'Header']],
    [
      u32('BufferSize'),
      u32('Version'),
      u32('ProviderVersion'),
      u32('NumberOfProcessors'),
      field('EndTime', 'FILETIME'),
      u32('TimerResolution'),
      u32('MaxFileSize'),
      u32('LogFileMode'),
      u32('BuffersWritten'),
      u32('StartBuffers'),
      u32('PointerSize'),
      u32('EventsLost'),
      u32('CPUSpeed'),
      ptr('LoggerName'),
      ptr('LogFileName'),
      // TIME_ZONE_INFORMATION (172 bytes) and 4 of padding.
      { name: 'TimeZoneInformation', in: 'Binary', length: 176 },
      field('BootTime', 'FILETIME'),
      field('PerfFreq', 'UInt64'),
      field('StartTime', 'FILETIME'),
      u32('ReservedFlags'),
      u32('BuffersLost'),
      wide('SessionNameString'),
      wide('LogFileNameString'),
    ],
  ),
  layout(0, EXTENSION, GROUP_MASKS),
  layout(2, EXTENSION, [...GROUP_MASKS, u32('KernelEventVersion')]),
  layout(0, [[8, 'RDComplete']], []),
  // Recorded events have header version 2 and this layout (48 bytes); the version that counts is in the payload.
  layout(
    0,
    [[80, 'PartitionInfoExtension']],
    [
      field('EventVersion', 'UInt16'),
      field('Reserved', 'UInt16'),
      u32('PartitionType'),
      field('QpcOffsetFromRoot', 'Int64'),
      field('PartitionId', 'GUID'),
      field('ParentId', 'GUID'),
    ],
  ),
  layout(
    2,
    [[82, 'LastDroppedTimes']],
    [u32('TimeStampCount'), u32('Padding'), { name: 'TimeStamp', in: 'UInt64', count: 'TimeStampCount' }],
  ),
];

const classic = (provider: string, guid: string, events: readonly CatalogueEvent[]): CatalogueFile => ({
  kind: 'classic',
  provider,
  guid,
  sources: SOURCES,
  events,
});

/** The classic files of the catalogue, by MOF class. */
export const CLASSIC: readonly CatalogueFile[] = [
  classic('EventTrace', '68fdd900-4a3e-11d1-84f4-0000f80464e3', EVENT_TRACE),
  classic('Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', IMAGE),
  classic('Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', PROCESS),
  classic('Thread', '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', THREAD),
];
