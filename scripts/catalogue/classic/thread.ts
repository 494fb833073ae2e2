import { type Layout, mofClass } from './layout.ts';
import { MOF, WMI_CLASSES } from './sources.ts';

const LIFE = '1 Start, 2 End, 3 DCStart, 4 DCEnd';
const IDS = 'pid ProcessId, tid TThreadId';
const STACKS = 'ptr StackBase, ptr StackLimit, ptr UserStackBase, ptr UserStackLimit';
// Published without the name in version 3, as Windows 8 writes it; Windows 10 from 1903 on writes the name
// under version 3 too. Where the payload ends before it, it is missing.
const V3 = `${IDS}, ${STACKS}, ptr Affinity, ptr Win32StartAddr, ptr TebBase, u32 SubProcessTag, u8 BasePriority, u8 PagePriority, u8 IoPriority, u8 ThreadFlags, wsz ThreadName`;

const SWITCH =
  'tid NewThreadId, tid OldThreadId, i8 NewThreadPriority, i8 OldThreadPriority, u8 PreviousCState, i8 SpareByte, i8 OldThreadWaitReason';
const SWITCH_END = 'i8 OldThreadState, i8 OldThreadWaitIdealProcessor, u32 NewThreadWaitTime, u32 Reserved';

const THREAD: readonly Layout[] = [
  [0, LIFE, 'tid TThreadId, pid ProcessId'],
  // PerfView's MOF has DCEnd like End; the tables are the newer.
  [1, '1 Start, 3 DCStart, 4 DCEnd', `${IDS}, ${STACKS}, ptr StartAddr, ptr Win32StartAddr, i8 WaitMode`],
  [1, '2 End', IDS],
  [2, LIFE, `${IDS}, ${STACKS}, ptr StartAddr, ptr Win32StartAddr, ptr TebBase, u32 SubProcessTag`],
  [3, LIFE, V3],
  // The last field is PerfView's only.
  [
    1,
    '36 CSwitch',
    'tid NewThreadId, tid OldThreadId, i8 NewThreadPriority, i8 OldThreadPriority, i8 NewThreadQuantum, i8 OldThreadQuantum, i8 OldThreadWaitReason, i8 OldThreadWaitMode, i8 OldThreadState, i8 OldThreadWaitIdealProcessor, u32 NewThreadWaitTime',
  ],
  [2, '36 CSwitch', `${SWITCH}, i8 OldThreadWaitMode, ${SWITCH_END}`],
  [3, '36 CSwitch', `${SWITCH}, i8 ThreadFlags, ${SWITCH_END}`],
  [2, '37 CompCS', ''],
  [
    2,
    '41 SpinLock',
    'ptr SpinLockAddress, ptr CallerAddress, u64 AcquireTime, u64 ReleaseTime, u32 WaitTimeInCycles, u32 SpinCount, tid ThreadId, u32 InterruptCount, u8 Irql, u8 AcquireDepth, u8 Flag, bytes(*) Reserved',
  ],
  [2, '48 ReserveCreate', 'ptr Reserve, u32 Period, u32 Budget, u32 ObjectFlags:hex, i8 Processor'],
  [2, '49 ReserveDelete', 'ptr Reserve'],
  [
    3,
    '48 SetPriority, 49 SetBasePriority, 51 SetPagePriority, 52 SetIoPriority',
    'tid ThreadId, u8 OldPriority, u8 NewPriority, u16 Reserved',
  ],
  [2, '50 ReadyThread', 'tid TThreadId, i8 AdjustReason, i8 AdjustIncrement, i8 Flag, i8 Reserved'],
  [2, '52 ReserveJoinThread', 'ptr Reserve, tid TThreadId'],
  [2, '53 ThreadAffinity', 'ptr Affinity, tid ThreadId, u16 Group, u16 Reserved'],
  [2, '54 ReserveState', 'ptr Reserve, i8 DispatchState, flag Replenished'],
  [2, '55 ReserveBandwidth', 'ptr Reserve, u32 Period, u32 Budget'],
  [2, '56 ReserveLateCount', 'ptr Reserve, i32 LateCountIncrement'],
  [1, '57 WorkerThread', 'tid TThreadId, u64 StartTime, ptr ThreadRoutine'],
  [2, '60 AntiStarvationBoost', 'tid ThreadId, u16 ProcessorIndex, u8 Priority, u8 Reserved'],
  [
    2,
    '61 ThreadMigration',
    'tid ThreadId, u16 SourceProcessorIndex, u16 TargetProcessorIndex, u8 Priority, flag IdealProcessorAdjust, u16 OldIdealProcessorIndex',
  ],
  [2, '62 KernelQueueEnqueue', 'ptr Entry, tid ThreadId'],
  [2, '63 KernelQueueDequeue', 'tid ThreadId, u32 EntryCount, ptr Entries[EntryCount]'],
  [2, '64 WorkerCallbackStart, 65 WorkerCallbackEnd', 'ptr CallbackRoutine'],
  [
    2,
    '66 AutoBoostSetFloor',
    'ptr Lock, tid ThreadId, u8 NewCpuPriorityFloor, u8 OldCpuPriority, u8 IoPriorities, u8 BoostFlags',
  ],
  [2, '67 AutoBoostClearFloor', 'ptr LockAddress, tid ThreadId, u32 BoostBitmap:hex'],
  [2, '68 AutoBoostEntryExhaustion', 'ptr LockAddress, tid ThreadId'],
  [2, '69 SubProcessTagChanged', 'u32 OldTag, u32 NewTag'],
  [2, '72 SetName', 'pid ProcessId, tid ThreadId, wsz ThreadName'],
];

const UMS: readonly Layout[] = [
  [
    2,
    '32 DSwitchStart, 33 DSwitchEnd',
    'pid ProcessId, tid ScheduledThreadId, tid PrimaryThreadId, u32 SwitchFlags:hex',
  ],
  [2, '34 ScheduledPark', 'pid ProcessId, tid ScheduledThreadId, u32 ParkFlags:hex'],
  [
    2,
    '35 Disassociate',
    'pid ProcessId, tid ScheduledThreadId, tid PrimaryThreadId, u32 UmsApcControlFlags:hex, status Status',
  ],
  [
    2,
    '36 CSwitch',
    'tid ScheduledThreadId, u32 SwitchCount, u32 KernelYieldCount, u32 MixedYieldCount, u32 YieldCount',
  ],
];

const POOL_CALLBACK = 'ptr PoolId, ptr TaskId, ptr CallbackFunction, ptr CallbackContext, ptr SubProcessTag';

const THREAD_POOL: readonly Layout[] = [
  [0, '32 CBEnqueue, 34 CBStart', POOL_CALLBACK],
  [0, '33 CBDequeue, 35 CBStop', 'ptr TaskId'],
  [0, '36 CBCancel', 'ptr TaskId, u32 CancelCount'],
  [0, '37 PoolCreate, 38 PoolClose', 'ptr PoolId'],
  [0, '39 ThreadMinSet, 40 ThreadMaxSet', 'ptr PoolId, u32 ThreadNum'],
];

/** Threads, user-mode scheduling and thread pools. */
export const THREAD_CLASSES = [
  mofClass('Thread', '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', [...MOF, WMI_CLASSES], THREAD),
  mofClass('UMS', '9aec974b-5b8e-4118-9b92-3186d8002ce5', MOF.slice(1), UMS),
  mofClass('ThreadPool', 'c861d0e2-a2c1-4d36-9f9c-970bab943a12', MOF.slice(0, 1), THREAD_POOL),
];
