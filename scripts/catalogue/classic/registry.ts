import { type Layout, mofClass } from './layout.ts';
import { MOF } from './sources.ts';

const OPERATIONS =
  '10 Create, 11 Open, 12 Delete, 13 Query, 14 SetValue, 15 DeleteValue, 16 QueryValue, 17 EnumerateKey, 18 EnumerateValueKey, 19 QueryMultipleValue, 20 SetInformation, 21 Flush';

const REGISTRY: readonly Layout[] = [
  [0, OPERATIONS, 'ptr Status:ntstatus, ptr KeyHandle, i64 ElapsedTime, wsz KeyName'],
  [
    1,
    `${OPERATIONS}, 22 RunDown`,
    'ptr Status:ntstatus, ptr KeyHandle, i64 ElapsedTime, u32 Index, wsz KeyName',
  ],
  // KeyHandle is the address of the key control block (Kcb of phnt); the KCB events say its name.
  [
    2,
    `${OPERATIONS}, 22 KCBCreate, 23 KCBDelete, 24 KCBRundownBegin, 25 KCBRundownEnd, 26 Virtualize, 27 Close, 28 SetSecurity, 29 QuerySecurity`,
    'i64 InitialTime, status Status, u32 Index, ptr KeyHandle, wsz KeyName',
  ],
  [
    2,
    '30 TxRCommit, 31 TxRPrepare, 32 TxRRollback',
    'guid TxrGUID, status Status, u32 UowCount, u64 OperationTime, wsz Hive',
  ],
  [
    2,
    '34 Counters',
    'u64 Counter1, u64 Counter2, u64 Counter3, u64 Counter4, u64 Counter5, u64 Counter6, u64 Counter7, u64 Counter8, u64 Counter9, u64 Counter10, u64 Counter11',
  ],
  [2, '35 Config', 'u32 CurrentControlSet'],
  [2, '36 HiveInit', 'ptr Hive, u32 OperationType, u32 PoolTag, u32 Size, wsz FileName'],
  [2, '37 HiveDestroy', 'ptr Hive, wsz FileName, wsz Path'],
  [2, '38 HiveLink', 'ptr Hive, wsz Path'],
  [2, '39 HiveDCEnd', 'u64 Size, ptr Hive, u32 LoadedKeyCount, wsz FileName, wsz LinkPath'],
  [2, '40 HiveDirty', 'ptr Hive, wsz LinkPath, u32 DirtyReason'],
  [2, '48 ChangeNotify', 'ptr Notification, ptr KeyHandle, u8 Type, flag WatchSubtree, flag Primary'],
];

/** The registry. */
export const REGISTRY_CLASSES = [mofClass('Registry', 'ae53722e-c863-11d2-8659-00c04fa321a1', MOF, REGISTRY)];
