import { type Layout, mofClass } from './layout.ts';
import { TRACE_EVENT } from './sources.ts';

// What tools that merge or relog traces (xperf, WPR, PerfView) add to them, with classic headers. No MOF
// class describes these; the layouts are TraceEvent's, and consume every recorded payload exactly.
const SYMBOLS = 'ptr ImageBase, pid ProcessId, guid GuidSig, u32 Age, utf8 PdbFileName';
const VERSIONS =
  'wsz OrigFileName, wsz FileDescription, wsz FileVersion, wsz BinFileVersion, wsz VerLanguage, wsz ProductName, wsz CompanyName, wsz ProductVersion, wsz FileId, wsz ProgramId';

const IMAGE_ID: readonly Layout[] = [
  [0, '0 Info', 'ptr ImageBase, size ImageSize, pid ProcessId, u32 TimeDateStamp:hex, wsz OriginalFileName'],
  [0, '32 None, 40 DbgDeterm', 'ptr ImageBase, pid ProcessId'],
  [0, '36 DbgID_RSDS, 37 DbgID_ILRSDS', SYMBOLS],
  [
    0,
    '38 DbgPPDB',
    'ptr ImageBase, pid ProcessId, u32 TimeDateStamp:hex, u16 MajorVersion, u16 MinorVersion',
  ],
  [0, '64 FileVersion', `u32 ImageSize, u32 TimeDateStamp:hex, ${VERSIONS}`],
];

// MIB_IF_ROW2 of netioapi.h, 1,352 bytes.
const INTERFACE = [
  'u64 InterfaceLuid:hex, u32 InterfaceIndex, guid InterfaceGuid, wsz(257) Alias, wsz(257) Description, u32 PhysicalAddressLength, bytes(32) PhysicalAddress, bytes(32) PermanentPhysicalAddress',
  'u32 Mtu, u32 Type, u32 TunnelType, u32 MediaType, u32 PhysicalMediumType, u32 AccessType, u32 DirectionType, u32 InterfaceAndOperStatusFlags:hex, u32 OperStatus, u32 AdminStatus, u32 MediaConnectState, guid NetworkGuid, u32 ConnectionType, u32 Padding',
  'u64 TransmitLinkSpeed, u64 ReceiveLinkSpeed, u64 InOctets, u64 InUcastPkts, u64 InNUcastPkts, u64 InDiscards, u64 InErrors, u64 InUnknownProtos, u64 InUcastOctets, u64 InMulticastOctets, u64 InBroadcastOctets',
  'u64 OutOctets, u64 OutUcastPkts, u64 OutNUcastPkts, u64 OutDiscards, u64 OutErrors, u64 OutUcastOctets, u64 OutMulticastOctets, u64 OutBroadcastOctets, u64 OutQLen',
].join(', ');

const SYSTEM_CONFIG_EX: readonly Layout[] = [
  [0, '32 BuildInfo', 'time InstallDate, wsz BuildLab, wsz ProductName'],
  [0, '33 SystemPaths', 'wsz SystemDirectory, wsz SystemWindowsDirectory'],
  [0, '34 UnknownVolume', 'wsz NtPath'],
  [0, '35 VolumeMapping', 'wsz NtPath, wsz DosPath'],
  [0, '36 NetworkInterface', INTERFACE],
  // As opcode 33 of SystemConfig: recorded together, the values are equal.
  [0, '37 DeviceFamily', 'u64 UAPInfo:hex, u32 DeviceFamily, u32 DeviceForm'],
];

// XML, compressed as LZNT1.
const WIN_SAT: readonly Layout[] = [
  [0, '33 WinSPR, 35 Metrics, 37 SystemConfig', 'u32 State, u32 UncompressedLength, bytes(*) Xml'],
];

// TRACE_EVENT_INFO up to its decoding source, and the provider of an EVENT_MAP_INFO. The decoder reads both
// as schemas.
const EVENT_METADATA: readonly Layout[] = [
  [
    0,
    '32 EventInfo',
    'guid ProviderGuid, guid EventGuid, u16 Id, u8 Version, u8 Channel, u8 Level, u8 Opcode, u16 Task, u64 Keyword:hex, u32 DecodingSource, bytes(*) Info',
  ],
  [0, '33 EventMapInfo', 'guid ProviderGuid, bytes(*) Info'],
];

/** Events that merged traces carry about images, volumes, interfaces and other events. */
export const MERGED_CLASSES = [
  mofClass('ImageID', 'b3e675d7-2554-4f18-830b-2762732560de', [TRACE_EVENT], IMAGE_ID),
  mofClass(
    'SystemConfigEx',
    '9b79ee91-b5fd-41c0-a243-4248e266e9d0',
    [TRACE_EVENT, 'Windows SDK netioapi.h, MIB_IF_ROW2'],
    SYSTEM_CONFIG_EX,
  ),
  mofClass('WinSATAssessment', 'ed54dff8-c409-4cf6-bf83-05e1e61a09c4', [TRACE_EVENT], WIN_SAT),
  mofClass(
    'EventMetadata',
    'bbccf6c1-6cd1-48c4-80ff-839482e37671',
    ['Windows SDK tdh.h, TRACE_EVENT_INFO and EVENT_MAP_INFO'],
    EVENT_METADATA,
  ),
];
