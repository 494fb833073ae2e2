import { type Layout, mofClass } from './layout.ts';
import { MOF, WMI_CLASSES } from './sources.ts';

// TRACE_LOGFILE_HEADER and two names; TimeZoneInformation is 172 bytes and 4 of padding.
const HEADER =
  'u32 BufferSize, u32 Version:hex, u32 ProviderVersion, u32 NumberOfProcessors, time EndTime, u32 TimerResolution, u32 MaxFileSize, u32 LogFileMode:hex, u32 BuffersWritten, u32 StartBuffers, u32 PointerSize, u32 EventsLost, u32 CPUSpeed, ptr LoggerName, ptr LogFileName, bytes(176) TimeZoneInformation, time BootTime, u64 PerfFreq, time StartTime, u32 ReservedFlags:hex, u32 BuffersLost, wsz SessionNameString, wsz LogFileNameString';
const GROUP_MASKS = Array.from({ length: 8 }, (_, index) => `u32 GroupMask${index + 1}:hex`).join(', ');

const EVENT_TRACE: readonly Layout[] = [
  [0, '0 Header', HEADER],
  [0, '5 Extension, 32 EndExtension', GROUP_MASKS],
  [2, '5 Extension, 32 EndExtension', `${GROUP_MASKS}, u32 KernelEventVersion`],
  [0, '8 RDComplete', ''],
  [2, '64 DbgIdRSDS', 'guid Guid, u32 Age, asz PdbName'],
  [2, '66 BuildInfo', 'wsz BuildString'],
  [2, '67 ProviderBinaryPath', 'u32 GuidCount, guid Guid[GuidCount], wsz BinaryPath'],
  // Recorded events have header version 2 and this layout (48 bytes), which is published as version 0; the
  // version that counts is in the payload.
  [
    0,
    '80 PartitionInfoExtension',
    'u16 EventVersion, u16 Reserved, u32 PartitionType, i64 QpcOffsetFromRoot, guid PartitionId, guid ParentId',
  ],
  [2, '82 LastDroppedTimes', 'u32 TimeStampCount, u32 Padding, u64 TimeStamp[TimeStampCount]'],
];

const CPU =
  'u32 MHz, u32 NumberOfProcessors, u32 MemSize, u32 PageSize, u32 AllocationGranularity, wsz(256) ComputerName';
const DISK =
  'u64 StartOffset, u64 PartitionSize, u32 DiskNumber, u32 Size, u32 DriveType, wsz(4) DriveLetterString, u32 Pad1, u32 PartitionNumber, u32 SectorsPerCluster, u32 BytesPerSector, u32 Pad2, i64 NumberOfFreeClusters, i64 TotalNumberOfClusters, wsz(16) FileSystem, u32 VolumeExt';
const SERVICE =
  'pid ProcessId, u32 ServiceState, u32 SubProcessTag, wsz ServiceName, wsz DisplayName, wsz ProcessName';
const PNP = 'u32 IDLength, u32 DescriptionLength, u32 FriendlyNameLength';
const PNP_NAMES = 'wsz DeviceID, wsz DeviceDescription, wsz FriendlyName';
const PNP_FILTERS = `${PNP_NAMES}, wsz PdoName, wsz ServiceName, wsz UpperFilters[UpperFiltersCount], wsz LowerFilters[LowerFiltersCount]`;
const IRQ_NAME = 'u32 IRQNum, u32 DeviceDescriptionLen, wsz DeviceDescription';
const strings = (names: string): string =>
  names
    .split(' ')
    .map((name) => `wsz ${name}`)
    .join(', ');
const integers = (type: string, names: string): string =>
  names
    .split(' ')
    .map((name) => `${type} ${name}`)
    .join(', ');

const SYSTEM_CONFIG: readonly Layout[] = [
  [0, '10 CPU', `${CPU}, wsz(132) DomainName, ptr HyperThreadingFlag`],
  [2, '10 CPU', `${CPU}, wsz(134) DomainName, ptr HyperThreadingFlag`],
  [
    3,
    '10 CPU',
    `${CPU}, wsz(134) DomainName, ptr HyperThreadingFlag, ptr HighestUserAddress, u16 ProcessorArchitecture, u16 ProcessorLevel, u16 ProcessorRevision, u8 PaeEnabled, u8 NxEnabled, u32 MemorySpeed`,
  ],
  [
    0,
    '11 PhyDisk',
    'u32 DiskNumber, u32 BytesPerSector, u32 SectorsPerTrack, u32 TracksPerCylinder, u64 Cylinders, u32 SCSIPort, u32 SCSIPath, u32 SCSITarget, u32 SCSILun, wsz(256) Manufacturer, u32 PartitionCount, u8 WriteCacheEnabled, u8 Pad, wsz(3) BootDriveLetter, wsz(2) Spare',
  ],
  [0, '12 LogDisk', DISK],
  [2, '12 LogDisk', `${DISK}, u32 Pad3`],
  [
    0,
    '13 NIC',
    'wsz(256) NICName, u32 Index, u32 PhysicalAddrLen, wsz(8) PhysicalAddr, u32 Size, i32 IpAddress, i32 SubnetMask, i32 DhcpServer, i32 Gateway, i32 PrimaryWinsServer, i32 SecondaryWinsServer, i32 DnsServer1, i32 DnsServer2, i32 DnsServer3, i32 DnsServer4, u32 Data',
  ],
  [
    2,
    '13 NIC',
    'u64 PhysicalAddr:hex, u32 PhysicalAddrLen, u32 Ipv4Index, u32 Ipv6Index, wsz NICDescription, wsz IpAddresses, wsz DnsServerAddresses',
  ],
  [
    0,
    '14 Video',
    'u32 MemorySize, u32 XResolution, u32 YResolution, u32 BitsPerPixel, u32 VRefresh, wsz(256) ChipType, wsz(256) DACType, wsz(256) AdapterString, wsz(256) BiosString, wsz(256) DeviceId, u32 StateFlags:hex',
  ],
  [0, '15 Services', 'wsz(34) ServiceName, wsz(256) DisplayName, wsz(34) ProcessName, pid ProcessId'],
  [2, '15 Services', SERVICE],
  [3, '15 Services', `${SERVICE}, wsz LoadOrderGroup, wsz SvchostGroup`],
  [0, '16 Power', integers('u8', 'S1 S2 S3 S4 S5 Pad1 Pad2 Pad3')],
  [2, '17 Network', integers('u32', 'TcbTablePartitions MaxHashTableSize MaxUserPort TcpTimedWaitDelay')],
  // The last two strings are one byte a character, in the one recorded event.
  [
    2,
    '18 OpticalDisk',
    'u16 DiskNumber, u16 BusType, u16 DeviceType, u16 MediaType, u64 StartingOffset, u64 Size, u64 NumberOfFreeBlocks, u64 TotalNumberOfBlocks, u64 NextWritableAddress, u32 NumberOfSessions, u32 NumberOfTracks, u32 BytesPerSector, u16 DiscStatus, u16 LastSessionStatus, wsz DriveLetter, wsz FileSystemName, asz DeviceName, asz ManufacturerName',
  ],
  [0, '21 IRQ', `u64 IRQAffinity:hex, ${IRQ_NAME}`],
  [3, '21 IRQ', `u64 IRQAffinity:hex, u16 IRQGroup, u16 Reserved, ${IRQ_NAME}`],
  [0, '22 PnP', `${PNP}, ${PNP_NAMES}`],
  [3, '22 PnP', `${PNP}, ${PNP_NAMES}, wsz PdoName`],
  [4, '22 PnP', `guid ClassGuid, u32 UpperFiltersCount, u32 LowerFiltersCount, ${PNP_FILTERS}`],
  [
    5,
    '22 PnP',
    `guid ClassGuid, u32 UpperFiltersCount, u32 LowerFiltersCount, u32 DevStatus:hex, u32 DevProblem, ${PNP_FILTERS}`,
  ],
  [
    2,
    '23 IDEChannel',
    'u32 TargetId, u32 DeviceType:hex, u32 DeviceTimingMode:hex, u32 LocationInformationLen, wsz LocationInformation',
  ],
  [2, '24 NumaNode', 'u32 NodeCount, u64 NodeMap[NodeCount]'],
  [2, '25 Platform', strings('SystemManufacturer SystemProductName BiosDate BiosVersion')],
  [2, '26 ProcessorGroup', 'u32 GroupCount, ptr Affinity[GroupCount]'],
  [2, '27 ProcessorNumber', 'u32 ProcessorCount, u32 ProcessorNumber[ProcessorCount]'],
  [2, '28 DPI', 'u32 MachineDPI, u32 UserDPI'],
  [2, '29 CodeIntegrity', 'u32 CodeIntegrityInfo:hex'],
  [2, '30 TelemetryConfiguration', 'guid MachineId'],
  [
    2,
    '31 Defragmentation',
    [
      integers(
        'u64',
        'AlignmentClusters AvgFreeSpaceSize ClustersPerSlab FragmentedDirectoryExtents FragmentedExtents FreeSpaceCount LargestFreeSpaceSize LastRunActualPurgeClusters LastRunClustersTrimmed LastRunFullDefragTime LastRunTime MFTSize TotalClusters TotalUsedClusters',
      ),
      integers(
        'u32',
        'AvgFragmentsPerFile BytesPerCluster DirectoryCount FragmentedDirectories FragmentedFiles FragmentedSpace HardwareIssue InUseMFTRecords InUseSlabs LastRunActualPurgeSlabs LastRunInitialBackedSlabs LastRunPercentFragmentation LastRunPinnedSlabs LastRunPotentialPurgeSlabs LastRunSpaceInefficientSlabs LastRunTrimmedSlabs LastRunUnknownEvictFailSlabs LastRunVolsnapPinnedSlabs MFTFragmentCount MovableFiles TotalMFTRecords TotalSlabs UnmovableFiles',
      ),
      'guid VolumeId, wsz VolumePathNames',
    ].join(', '),
  ],
  [
    2,
    '32 MobilePlatform',
    strings(
      'BootLoaderVersion FirmwareRevision FriendlyName HardwareRevision Manufacturer ManufacturerDisplayName ManufacturerModelName MobileOperatorDisplayName MobileOperatorName ModelName RadioHardwareRevision RadioSoftwareRevision ROMVersion SOCVersion HardwareVariant',
    ),
  ],
  [
    3,
    '32 MobilePlatform',
    strings(
      'DeviceManufacturer DeviceManufacturerDisplayName DeviceModel DeviceModelDisplayName MobileOperator MobileOperatorDisplayName HardwareVersion SocVersion RadioHardwareVersion RadioSoftwareVersion BspVersion OemSoftwareVersion',
    ),
  ],
  [
    4,
    '32 MobilePlatform',
    strings(
      'DeviceManufacturer DeviceManufacturerDisplayName DeviceModel DeviceModelDisplayName MobileOperator SocVersion BspVersion',
    ),
  ],
  [2, '33 DeviceFamily', 'u64 UAPInfo:hex, u32 DeviceFamily, u32 DeviceForm'],
  [2, '34 FlightIds', 'wsz UpdateId, wsz FlightIdList'],
  // Published with the vendor before the identifier; recorded events have it behind.
  [
    2,
    '35 Processors',
    'u32 ProcessorIndex, u32 FeatureSet:hex, u32 ProcessorSpeed, wsz(64) ProcessorName, wsz(128) ProcessorIdentifier, wsz(16) VendorIdentifier',
  ],
  [
    2,
    '36 VirtualizationConfigInfo',
    'flag VbsEnabled, flag HvciEnabled, flag HyperVisorEnabled, u8 Reserved',
  ],
  [
    2,
    '37 BootConfigInfo',
    'u64 BootFlags:hex, u32 FirmwareType, flag SecureBootEnabled, flag SecureBootCapable, u8 Reserved1, u8 Reserved2',
  ],
];

/** The trace itself and the machine's configuration. */
export const SYSTEM_CLASSES = [
  mofClass('EventTrace', '68fdd900-4a3e-11d1-84f4-0000f80464e3', MOF, EVENT_TRACE),
  mofClass('SystemConfig', '01853a65-418f-4f36-aefc-dc0f1d2fd235', [...MOF, WMI_CLASSES], SYSTEM_CONFIG),
  mofClass('RT_LostEvent', '6a399ae0-4bc6-4de9-870b-3657f8947e7e', MOF.slice(0, 2), [
    [0, '32 RTLostEvent, 33 RTLostBuffer, 34 RTLostFile', ''],
  ]),
];
