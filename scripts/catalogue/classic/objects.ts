import { type Layout, mofClass } from './layout.ts';
import { MOF } from './sources.ts';

const OBJECT: readonly Layout[] = [
  [2, '32 CreateHandle, 33 CloseHandle', 'ptr Object, u32 Handle:hex, u16 ObjectType, wsz ObjectName'],
  // The last field is published by phnt only.
  [
    2,
    '34 DuplicateHandle',
    'ptr Object, u32 SourceHandle:hex, u32 TargetHandle:hex, pid TargetProcessId, u16 ObjectType, pid SourceProcessId',
  ],
  [2, '36 TypeDCStart, 37 TypeDCEnd', 'u16 ObjectType, u16 Reserved, wsz TypeName'],
  [
    2,
    '38 HandleDCStart, 39 HandleDCEnd',
    'ptr Object, pid ProcessId, u32 Handle:hex, u16 ObjectType, wsz ObjectName',
  ],
  [2, '48 CreateObject, 49 DeleteObject', 'ptr Object, u16 ObjectType'],
  [2, '50 ReferenceObject, 51 DereferenceObject', 'ptr Object, u32 Tag, u32 Count'],
];

const ALPC: readonly Layout[] = [
  [0, '33 ALPC-Send-Message, 34 ALPC-Receive-Message, 35 ALPC-Wait-For-Reply', 'u32 MessageID'],
  [0, '36 ALPC-Wait-For-New-Message', 'u32 IsServerPort, asz PortName'],
  [0, '37 ALPC-Unwait', 'status Status'],
];

const ALLOCATION = 'u32 Type:hex, u32 Tag, size NumberOfBytes, ptr Entry';

const POOL: readonly Layout[] = [
  [2, '32 PoolAllocation, 34 PoolFree', ALLOCATION],
  [2, '33 SessionPoolAllocation, 35 SessionPoolFree', `${ALLOCATION}, u32 SessionId`],
  [
    2,
    '40 PoolSnapDCStart, 41 PoolSnapDCEnd, 42 BigPoolSnapDCStart, 43 BigPoolSnapDCEnd, 44 SessionPoolSnapDCStart, 45 SessionPoolSnapDCEnd, 46 SessionBigPoolSnapDCStart, 47 SessionBigPoolSnapDCEnd',
    '',
  ],
];

const SPACES = 'size FreeSpace, size CommittedSpace, size ReservedSpace';

const HEAP: readonly Layout[] = [
  [0, '32 Create', 'ptr HeapHandle, u32 HeapFlags:hex'],
  [0, '33 Alloc', 'ptr HeapHandle, size AllocSize, ptr AllocAddress, u32 SourceId'],
  [
    0,
    '34 ReAlloc',
    'ptr HeapHandle, ptr NewAllocAddress, ptr OldAllocAddress, size NewAllocSize, size OldAllocSize, u32 SourceId',
  ],
  [0, '35 Destroy, 43 Lock, 44 Unlock, 45 Validate, 46 Walk', 'ptr HeapHandle'],
  [0, '36 Free', 'ptr HeapHandle, ptr FreeAddress, u32 SourceId'],
  [0, '37 Expand', `ptr HeapHandle, size CommittedSize, ptr CommitAddress, ${SPACES}, u32 NoOfUCRs`],
  [0, '38 SnapShot', `ptr HeapHandle, ${SPACES}, u32 HeapFlags:hex`],
  [0, '42 Contract', `ptr HeapHandle, size DeCommittedSize, ptr DeCommitAddress, ${SPACES}, u32 NoOfUCRs`],
];

const CRIT_SEC: readonly Layout[] = [
  [0, '34 Collision', 'u32 LockCount, u32 SpinCount, ptr OwningThread, ptr CritSecAddr'],
  [0, '35 Initialize', 'ptr SpinCount, ptr CritSecAddr'],
];

// Natural alignment makes the structures of the write-behind and read-ahead events differ between 32 and
// 64 bits by more than their pointers; only those without such gaps are here.
const CC: readonly Layout[] = [
  [
    0,
    '0 WorkItemEnqueue',
    'ptr WorkItemKey, ptr FileObjectKey, u8 QueueType, u8 WorkItemType, flag Requeue, u8 Reserved',
  ],
  [0, '1 WorkItemDequeue, 2 WorkItemComplete', 'ptr WorkItemKey'],
  [0, '6 CanWriteFail', 'ptr FileObjectKey, size TotalDirtyPages, size DirtyPageThreshold, u32 BytesToWrite'],
  [
    0,
    '9 FlushCache',
    'ptr WorkItemKey, ptr FileObjectKey, u64 Offset, u32 Length, u32 SharedCacheMapFlags:hex, u32 Flags:hex, u32 Reserved',
  ],
  [0, '10 FlushSection', 'ptr WorkItemKey, ptr FileObjectKey, u64 Offset, u32 Length, u32 MmFlushFlags:hex'],
];

const SUBSCRIPTION = 'u64 StateName:hex, ptr Subscription, ptr NameSub, ptr Callback';

const WNF: readonly Layout[] = [
  [0, '32 Subscribe, 33 Unsubscribe', `${SUBSCRIPTION}, u32 RefCount, u32 DeliveryFlags:hex`],
  [0, '34 Callback', `${SUBSCRIPTION}, u32 ChangeStamp, u32 DeliveryFlags:hex, status Return`],
  [0, '35 Publish', 'u64 StateName:hex, u32 DataLength'],
  [0, '36 NameSubRundown', 'u64 StateName:hex, ptr NameSub'],
];

const POWER: readonly Layout[] = [
  [0, '32 BatteryLifeInfo', 'u32 RemainingCapacity, u32 Rate'],
  [0, '33 IdleStateChange', 'u32 State, u32 Throttle, u32 Direction'],
  [0, '34 SetPowerAction', 'ptr Trigger, u32 PowerAction, u32 LightestState'],
  [0, '35 SetPowerActionRet', 'ptr Trigger, status Status'],
  [0, '36 SetDevicesState', 'u32 SystemState, flag Waking, flag Shutdown, u8 IrpMinor'],
  [0, '37 SetDevicesStateRet, 41 SessionCalloutRet', 'status Status'],
  [0, '39 NotifyDeviceComplete', 'ptr Irp, status Status'],
  [0, '40 SessionCallout', 'u32 SystemAction, u32 MinSystemState, u32 Flags:hex, u32 PowerStateTask'],
  [0, '48 PreSleep', 'u64 PerformanceCounter, u64 PerformanceFrequency'],
  [0, '49 PostSleep, 50 CalibratedPerfCounter', 'u64 PerformanceCounter'],
  [
    0,
    '51 PerfStateChange, 52 ThrottleStateChange',
    'u32 Type, u32 NewState, u32 OldState, status Result, u64 Processors:hex',
  ],
  [0, '53 PpmIdleStateChange', 'u32 NewState, u32 OldState, u64 Processors:hex'],
  [0, '57 IdleStateEnter', 'u32 State, u32 Flags:hex, u64 ExpectedDuration'],
  [0, '58 IdleStateExit', 'u32 State, u32 Status'],
  [
    2,
    '60 IdleExitLatency',
    'u32 Flags:hex, u32 PlatformState, u32 ProcessorState, u32 ReturnLatency, u32 TotalLatency',
  ],
];

const DBG_PRINT: readonly Layout[] = [[2, '32 DebugPrint', 'u32 Component, u32 Level, asz Message']];

const MMCSS: readonly Layout[] = [
  [0, '32 Start, 33 Stop, 36 Sleep, 37 SleepResp', ''],
  [0, '34 Scheduler', 'pid ScheduledPID, tid ScheduledTID, u32 SchedulingPriority, u32 TaskIndex'],
  [0, '35 Wakeup', 'u32 Reason'],
];

const PERFVIEW_MOF = MOF.slice(0, 1);
const PUBLISHED = MOF.slice(1);
const STRUCTURES = MOF.slice(2);

/** Objects and handles, local calls, memory pools, the cache, state notifications, power. */
export const OBJECT_CLASSES = [
  mofClass('Object', '89497f50-effe-4440-8cf2-ce6b1cdcaca7', PUBLISHED, OBJECT),
  mofClass('ALPC', '45d8cccd-539f-4b72-a8b7-5c683142609a', MOF.slice(0, 2), ALPC),
  mofClass('Pool', '0268a8b6-74fd-4302-9dd0-6e8f1795c0cf', PUBLISHED, POOL),
  mofClass('Heap', '222962ab-6180-4b88-a825-346b75f2a24a', PERFVIEW_MOF, HEAP),
  mofClass('CritSec', '3ac66736-cc59-4cff-8115-8df50e39816b', PERFVIEW_MOF, CRIT_SEC),
  mofClass('Cc', '7687a439-f752-45b8-b741-321aec0f8df9', STRUCTURES, CC),
  mofClass('WNF', '42695762-ea50-497a-9068-5cbbb35e0b95', STRUCTURES, WNF),
  mofClass('Power', 'e43445e0-0903-48c3-b878-ff0fccebdd04', PUBLISHED, POWER),
  mofClass('DbgPrint', '13976d09-a327-438c-950b-7f03192815c7', PUBLISHED, DBG_PRINT),
  mofClass('MMCSS', 'f8f10121-b617-4a56-868b-9df1b27fe32c', PUBLISHED, MMCSS),
];
