import { type Layout, mofClass } from './layout.ts';
import { MOF } from './sources.ts';

// Rundown: DCStart lists what existed when the session began, DCEnd when it ended. Defunct: the last
// reference to a process that had ended is gone.
const LIFE = '1 Start, 2 End, 3 DCStart, 4 DCEnd';
const LIFE_AND_DEFUNCT = `${LIFE}, 39 Defunct`;

const IDS = 'pid ProcessId, pid ParentId, u32 SessionId, i32 ExitStatus';
const SID_AND_IMAGE = 'token UserSID, asz ImageFileName';
const V4 = `ptr UniqueProcessKey, ${IDS}, ptr DirectoryTableBase, u32 Flags:hex, ${SID_AND_IMAGE}, wsz CommandLine, wsz PackageFullName, wsz ApplicationId`;
const WAKE = 'ptr Object, ptr Tag, pid ProcessId, u32 Count';

const PROCESS: readonly Layout[] = [
  // The ids have the size of a pointer in this version only.
  [0, LIFE, `ptr ProcessId:pid, ptr ParentId:pid, ${SID_AND_IMAGE}`],
  [1, LIFE, `ptr PageDirectoryBase, ${IDS}, ${SID_AND_IMAGE}`],
  [2, LIFE_AND_DEFUNCT, `ptr UniqueProcessKey, ${IDS}, ${SID_AND_IMAGE}, wsz CommandLine`],
  [
    3,
    LIFE_AND_DEFUNCT,
    `ptr UniqueProcessKey, ${IDS}, ptr DirectoryTableBase, ${SID_AND_IMAGE}, wsz CommandLine`,
  ],
  [4, LIFE_AND_DEFUNCT, V4],
  [5, '39 Defunct', `${V4}, time ExitTime`],
  [2, '11 Terminate', 'pid ProcessId'],
  [
    2,
    '32 PerfCtr, 33 PerfCtrRundown',
    'pid ProcessId, u32 PageFaultCount, u32 HandleCount, u32 Reserved, size PeakVirtualSize, size PeakWorkingSetSize, size PeakPagefileUsage, size QuotaPeakPagedPoolUsage, size QuotaPeakNonPagedPoolUsage, size VirtualSize, size WorkingSetSize, size PagefileUsage, size QuotaPagedPoolUsage, size QuotaNonPagedPoolUsage, size PrivatePageCount',
  ],
  [2, '35 InSwap', 'ptr DirectoryTableBase, pid ProcessId'],
  [2, '38 BootPhaseStart', 'i32 Phase'],
  [
    2,
    '48 WakeChargeUser, 49 WakeChargeExecution, 50 WakeChargeKernel, 51 WakeChargeInstrumentation, 52 WakeChargePreserveProcess',
    WAKE,
  ],
  [
    2,
    '64 WakeReleaseUser, 65 WakeReleaseExecution, 66 WakeReleaseKernel, 67 WakeReleaseInstrumentation, 68 WakeReleasePreserveProcess',
    WAKE,
  ],
  [
    2,
    '80 WakeDropUser, 81 WakeDropExecution, 82 WakeDropKernel, 83 WakeDropInstrumentation, 84 WakeDropPreserveProcess',
    WAKE,
  ],
  [
    2,
    '96 WakeEventUser, 97 WakeEventExecution, 98 WakeEventKernel, 99 WakeEventInstrumentation',
    'ptr Object',
  ],
  [2, '112 DebugEvent', 'pid ProcessId, tid ThreadId, u32 Reason'],
];

const JOB: readonly Layout[] = [
  [0, '32 Create, 33 Terminate, 34 Open', 'guid JobId, u32 JobHandle:hex, u32 Flags:hex, status Status'],
  [0, '35 AssignProcess', 'guid JobId, u32 JobHandle:hex, pid UniqueProcessId, status Status'],
  [0, '36 RemoveProcess', 'guid JobId, pid UniqueProcessId, u32 RemovalFlags:hex, status ExitStatus'],
  [
    0,
    '37 Set, 38 Query, 39 SetFailed, 40 QueryFailed',
    'guid JobId, u32 JobHandle:hex, u32 JobObjectInformationClass',
  ],
  [0, '42 SendNotification', 'guid JobId, u32 NotificationId'],
];

// Load comes as opcode 10 of the kernel's Process group too; see kernel_groups.ts. Versions 0 and 1 are
// published for Load only; recorded traces hold the other opcodes with the same layouts.
const IMAGE_LIFE = '10 Load, 2 UnLoad, 3 DCStart, 4 DCEnd';
const IMAGE_IDS = 'ptr ImageBase, ptr ImageSize, pid ProcessId';
const IMAGE_END = 'ptr DefaultBase, u32 Reserved1, u32 Reserved2, u32 Reserved3, u32 Reserved4, wsz FileName';
const LOADER_STRING = 'u64 BaseAddress:hex, u8 ErrorOpcode, i8 Code, wsz String';

const IMAGE: readonly Layout[] = [
  [0, IMAGE_LIFE, 'ptr BaseAddress, u32 ModuleSize, wsz ImageFileName'],
  [1, IMAGE_LIFE, `${IMAGE_IDS}, wsz FileName`],
  [2, IMAGE_LIFE, `${IMAGE_IDS}, u32 ImageChecksum, u32 TimeDateStamp, u32 Reserved0, ${IMAGE_END}`],
  [
    3,
    IMAGE_LIFE,
    `${IMAGE_IDS}, u32 ImageChecksum, u32 TimeDateStamp, u8 SignatureLevel, u8 SignatureType, u16 Reserved0, ${IMAGE_END}`,
  ],
  [2, '33 KernelBase', 'ptr ImageBase'],
  [2, '34 HypercallPage', 'ptr HypercallPageVa'],
  [
    2,
    '128 LoaderLockAttempt, 129 LoaderLockAcquire, 130 LoaderLockTriedAndFailed, 131 LoaderLockWait, 132 ProcessInitDone, 133 CreateSectionBegin, 134 CreateSectionEnd, 135 MapViewBegin',
    '',
  ],
  [
    2,
    '144 RelocateImageBegin, 145 RelocateImageEnd, 146 HandleOldDescsBegin, 147 HandleOldDescsEnd, 148 HandleNewDescsBegin, 149 HandleNewDescsEnd, 150 DllMainExit',
    'u64 BaseAddress:hex',
  ],
  [
    2,
    '160 FindDllByName, 161 MapViewEnd, 162 LoaderLockRelease, 163 DllMainEnter, 164 LoaderError',
    LOADER_STRING,
  ],
  [
    3,
    '165 MapViewStart, 166 SnappingStart, 167 SnappingEnd, 168 LoadingStart, 169 LoadingEnd, 170 FoundKnownDll, 171 AbnormalTermination, 172 ModulePlaceHolder, 173 ReadyToInit, 174 ReadyToRun',
    LOADER_STRING,
  ],
  [3, '208 ApiSetResolving, 209 ApiSetHosted, 210 ApiSetUnhosted, 211 ApiSetUnresolved', LOADER_STRING],
  [
    3,
    '176 NewDllLoad, 177 NewDllLoadAsData',
    'ptr NewDllBaseAddress, ptr ParentDllBaseAddress, u32 LoadReason, wsz FilePath',
  ],
  [
    3,
    '192 DllSearchPathExternal, 193 DllSearchPathInternal',
    'u64 BaseAddress:hex, u8 ErrorOpcode, i8 Code, wsz String1, wsz String2',
  ],
  [
    3,
    '212 DllSearchResults',
    'u32 LdrLoadFlags:hex, u32 LdrSearchFlags:hex, u32 SearchInfo, u32 LoadReason, wsz FullDllName',
  ],
  [3, '213 DllPathSearchResults', 'u32 SearchInfo, wsz Cwd, wsz AppDir, wsz DllDir, wsz DllLoadDir'],
];

/** Processes, jobs and images. */
export const PROCESS_CLASSES = [
  mofClass('Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', MOF, PROCESS),
  mofClass('Job', '3282fc76-feed-498e-8aa7-e70f459d430e', MOF.slice(2), JOB),
  mofClass('Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', MOF, IMAGE),
];
