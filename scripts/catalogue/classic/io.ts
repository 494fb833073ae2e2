import { type Layout, mofClass } from './layout.ts';
import { MOF, TRACE_EVENT } from './sources.ts';

// FileObject of name events is the key of the file (FileKey elsewhere), not of one open handle.
const NAME = 'ptr FileObject, wsz FileName';
const KEYS = 'ptr IrpPtr, ptr FileObject, ptr FileKey';
// Up to version 2 the thread comes before the file and has the size of a pointer.
const V2_KEYS = 'ptr IrpPtr, ptr TTID:tid, ptr FileObject, ptr FileKey';
const FILTER =
  'ptr RoutineAddr, ptr FileObject, ptr FileContext, ptr IrpPtr, ptr CallbackDataPtr, u32 MajorFunction';

const FILE_IO: readonly Layout[] = [
  [0, '0 Name, 32 FileCreate, 35 FileDelete, 36 FileRundown', NAME],
  [
    2,
    '37 MapFile, 38 UnmapFile, 39 MapFileDCStart, 40 MapFileDCEnd',
    'ptr ViewBase, ptr FileObject, u64 MiscInfo:hex, size ViewSize, pid ProcessId',
  ],
  // From version 3 on TraceEvent reads eight bytes more before the process.
  [
    3,
    '37 MapFile, 38 UnmapFile, 39 MapFileDCStart, 40 MapFileDCEnd',
    'ptr ViewBase, ptr FileObject, u64 MiscInfo:hex, size ViewSize, u64 ByteOffset, pid ProcessId',
  ],
  [
    2,
    '64 Create',
    'ptr IrpPtr, ptr TTID:tid, ptr FileObject, u32 CreateOptions:hex, u32 FileAttributes:hex, u32 ShareAccess:hex, wsz OpenPath',
  ],
  [
    3,
    '64 Create',
    'ptr IrpPtr, ptr FileObject, tid TTID, u32 CreateOptions:hex, u32 FileAttributes:hex, u32 ShareAccess:hex, wsz OpenPath',
  ],
  [2, '65 Cleanup, 66 Close, 73 Flush', V2_KEYS],
  [3, '65 Cleanup, 66 Close, 73 Flush', `${KEYS}, tid TTID`],
  [2, '67 Read, 68 Write', `u64 Offset, ${V2_KEYS}, u32 IoSize, u32 IoFlags:hex`],
  // The last field is published by phnt only; later versions of Windows write it.
  [3, '67 Read, 68 Write', `u64 Offset, ${KEYS}, tid TTID, u32 IoSize, u32 IoFlags:hex, u32 ExtraFlags:hex`],
  [
    2,
    '69 SetInfo, 70 Delete, 71 Rename, 74 QueryInfo, 75 FSControl',
    `${V2_KEYS}, ptr ExtraInfo, u32 InfoClass`,
  ],
  [
    3,
    '69 SetInfo, 70 Delete, 71 Rename, 74 QueryInfo, 75 FSControl',
    `${KEYS}, ptr ExtraInfo, tid TTID, u32 InfoClass`,
  ],
  [2, '72 DirEnum, 77 DirNotify', `${V2_KEYS}, u32 Length, u32 InfoClass, u32 FileIndex, wsz FileName`],
  [
    3,
    '72 DirEnum, 77 DirNotify',
    `${KEYS}, tid TTID, u32 Length, u32 InfoClass, u32 FileIndex, wsz FileName`,
  ],
  [2, '76 OperationEnd', 'ptr IrpPtr, ptr ExtraInfo, status NtStatus'],
  [
    3,
    '79 DeletePath, 80 RenamePath, 81 SetLinkPath',
    `${KEYS}, ptr ExtraInfo, tid TTID, u32 InfoClass, wsz FileName`,
  ],
  [3, '96 PreOpInit, 97 PostOpInit', FILTER],
  [3, '98 PreOpCompletion, 99 PostOpCompletion', `u64 InitialTime, ${FILTER}`],
  [3, '100 PreOpFailure, 101 PostOpFailure', `${FILTER}, status Status`],
];

const TRANSFER = 'u32 DiskNumber, u32 IrpFlags:hex, u32 TransferSize';
const TRANSFER_V2 = `${TRANSFER}, u32 Reserved, u64 ByteOffset, ptr FileObject, ptr Irp, u64 HighResResponseTime`;
const FLUSH = 'u32 DiskNumber, u32 IrpFlags:hex, u64 HighResResponseTime, ptr Irp';

const DISK_IO: readonly Layout[] = [
  [0, '10 Read, 11 Write', `${TRANSFER}, u32 Reserved, u64 ByteOffset, ptr FileObject`],
  [
    1,
    '10 Read, 11 Write',
    `${TRANSFER}, u32 ResponseTime, u64 ByteOffset, ptr FileObject, u64 HighResResponseTime`,
  ],
  [2, '10 Read, 11 Write', TRANSFER_V2],
  [3, '10 Read, 11 Write, 55 OpticalRead, 56 OpticalWrite', `${TRANSFER_V2}, tid IssuingThreadId`],
  [0, '12 ReadInit, 13 WriteInit, 15 FlushInit', 'ptr Irp'],
  [
    3,
    '12 ReadInit, 13 WriteInit, 15 FlushInit, 58 OpticalReadInit, 59 OpticalWriteInit, 60 OpticalFlushInit',
    'ptr Irp, tid IssuingThreadId',
  ],
  [0, '14 FlushBuffers', FLUSH],
  [3, '14 FlushBuffers, 57 OpticalFlushBuffers', `${FLUSH}, tid IssuingThreadId`],
  [0, '16 RedirectedInit', 'ptr Irp, ptr FileKey'],
  [
    0,
    '34 DrvMjFnCall',
    'u32 MajorFunction, u32 MinorFunction, ptr RoutineAddr, ptr FileObject, ptr Irp, u32 UniqMatchId',
  ],
  [
    1,
    '34 DrvMjFnCall',
    'u32 UniqMatchId, ptr RoutineAddr, ptr Irp, u32 MajorFunction, u32 MinorFunction, ptr FileObject',
  ],
  [
    2,
    '34 DrvMjFnCall',
    'u32 MajorFunction, u32 MinorFunction, ptr RoutineAddr, ptr FileObject, ptr Irp, u32 UniqMatchId',
  ],
  [0, '35 DrvMjFnRet, 53 DrvComplReqRet', 'ptr Irp, u32 UniqMatchId'],
  [1, '35 DrvMjFnRet', 'u32 UniqMatchId, ptr Irp'],
  [2, '35 DrvMjFnRet', 'ptr Irp, u32 UniqMatchId'],
  [0, '37 DrvComplRout', 'ptr Routine, ptr IrpPtr, u32 UniqMatchId'],
  [0, '52 DrvComplReq', 'ptr RoutineAddr, ptr Irp, u32 UniqMatchId'],
];

// The ranges are phnt's only.
const RANGES = '{ptr Address, size Size} Ranges[HRRangeCount]';
const RUNDOWN = 'ptr HeapHandle, u32 HRFlags:hex, pid HRPid, u32 HRRangeCount';
const VIRTUAL = 'ptr BaseAddress, size RegionSize, pid ProcessId, u32 Flags:hex';
const PAGES =
  'size WorkingSetPageCount, size CommitPageCount, size VirtualSizeInPages, size PrivateWorkingSetPageCount';
const MORE_PAGES =
  'size StoreSizePageCount, size StoredPageCount, size CommitDebtInPages, size SharedCommitInPages';

const PAGE_FAULT: readonly Layout[] = [
  [
    0,
    '10 TransitionFault, 11 DemandZeroFault, 12 CopyOnWrite, 13 GuardPageFault, 14 HardPageFault, 15 AccessViolation',
    'ptr VirtualAddress, ptr ProgramCounter',
  ],
  [
    0,
    '32 HardFault',
    'u64 InitialTime, u64 ReadOffset:hex, ptr VirtualAddress, ptr FileObject, tid TThreadId, u32 ByteCount',
  ],
  [
    0,
    '75 SessionCreate, 76 SessionDCEnd, 77 SessionDCStart, 78 SessionDelete',
    'ptr UniqueSessionId, u32 SessionId',
  ],
  [0, '98 VirtualAlloc, 99 VirtualFree', VIRTUAL],
  [0, '100 HRRundown', RUNDOWN],
  [3, '100 HRRundown', `${RUNDOWN}, u32 Reserved, ${RANGES}`],
  [4, '100 HRRundown', `${RUNDOWN}, u64 HRHeapTag:hex, ${RANGES}`],
  [0, '101 HRCreate', 'ptr HeapHandle, size FirstRangeSize, u32 HRCreateFlags:hex'],
  [0, '102 HRReserve, 103 HRRelease', 'ptr HeapHandle, ptr HRAddress, size HRSize'],
  [0, '104 HRDestroy', 'ptr HeapHandle'],
  [0, '105 ImageLoadBacked', 'ptr FileObject, u32 DeviceChar:hex, u16 FileChar:hex, u16 LoadFlags:hex'],
  [
    0,
    '112 MemInfo',
    'u8 PriorityLevels, size ZeroPageCount, size FreePageCount, size ModifiedPageCount, size ModifiedNoWritePageCount, size BadPageCount, size StandbyPageCounts[PriorityLevels], size RepurposedPageCounts[PriorityLevels], size ModifiedPageCountPageFile',
  ],
  [0, '125 MemInfoExWS', `u32 Count, {pid ProcessId, ${PAGES}} Processes[Count]`],
  [2, '125 MemInfoExWS', `u32 Count, {pid ProcessId, ${PAGES}, ${MORE_PAGES}} Processes[Count]`],
  [0, '127 VirtualRotate, 134 MemResetInfo', 'ptr BaseAddress, size SizeInBytes, u32 Flags:hex'],
  [0, '128 VirtualAllocDCStart, 129 VirtualAllocDCEnd', `${VIRTUAL}, size CommitSizeInBytes`],
];

const SPLIT_IO: readonly Layout[] = [[0, '32 VolMgr', 'ptr ParentIrp, ptr ChildIrp']];

/** Files, disks and memory. */
export const IO_CLASSES = [
  mofClass('FileIo', '90cbdc39-4a3e-11d1-84f4-0000f80464e3', [...MOF, TRACE_EVENT], FILE_IO),
  mofClass('DiskIo', '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c', MOF, DISK_IO),
  mofClass('PageFault', '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c', [...MOF, TRACE_EVENT], PAGE_FAULT),
  mofClass('SplitIo', 'd837ca92-12b9-44a5-ad6a-3a65b3578aa8', MOF.slice(0, 2), SPLIT_IO),
];
