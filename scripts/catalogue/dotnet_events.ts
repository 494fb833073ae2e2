import type { CatalogueField } from '../../src/etw/catalogue/format.ts';
import { readFields } from './classic/layout.ts';
import type { FieldFacts, ProviderFacts } from './facts.ts';

const RUNTIME = 'Microsoft-Windows-DotNETRuntime';
const STATS = [0, 1, 2, 3]
  .map((generation) => `u64 GenerationSize${generation}, u64 TotalPromotedSize${generation}`)
  .join(', ');
const HISTORY =
  'u64 FinalYoungestDesired, i32 NumHeaps, u32 CondemnedGeneration, u32 Gen0ReductionCount, u32 Reason, u32 GlobalMechanisms, u16 ClrInstanceID, u32 PauseMode, u32 MemoryPressure, u32 CondemnReasons0, u32 CondemnReasons1';

type Row = readonly [
  provider: string,
  id: number,
  version: number,
  task: string,
  opcode: string,
  fields: string,
];

// Recorded payloads of all of these are consumed exactly.
const EVENTS: readonly Row[] = [
  [
    RUNTIME,
    4,
    2,
    'GarbageCollection',
    'GCHeapStats',
    `${STATS}, u64 FinalizationPromotedSize, u64 FinalizationPromotedCount, u32 PinnedObjectCount, u32 SinkBlockCount, u32 GCHandleCount, u16 ClrInstanceID, u64 GenerationSize4, u64 TotalPromotedSize4`,
  ],
  [
    RUNTIME,
    10,
    4,
    'GarbageCollection',
    'GCAllocationTick',
    'u32 AllocationAmount, u32 AllocationKind, u16 ClrInstanceID, u64 AllocationAmount64, ptr TypeID, wsz TypeName, u32 HeapIndex, ptr Address, u64 ObjectSize',
  ],
  [RUNTIME, 205, 3, 'GarbageCollection', 'GCGlobalHeapHistory', HISTORY],
  [RUNTIME, 205, 4, 'GarbageCollection', 'GCGlobalHeapHistory', `${HISTORY}, u32 Count, u32 Times[Count]`],
  // TimeRelocate has four bytes, padded to a pointer's size.
  [
    RUNTIME,
    208,
    0,
    'GarbageCollection',
    'GCLOHCompact',
    'u16 ClrInstanceID, u16 Count, {u32 TimePlan, u32 TimeCompact, ptr TimeRelocate, ptr TotalRefs, ptr ZeroRefs} Values[Count]',
  ],
  [
    RUNTIME,
    209,
    0,
    'GarbageCollection',
    'GCFitBucketInfo',
    'u16 ClrInstanceID, u16 BucketKind, u64 TotalSize, u16 Count, {u32 Index, u32 Count, ptr Size} Values[Count]',
  ],
  [
    `${RUNTIME}Rundown`,
    10,
    0,
    'GCRundown',
    'GCSettingsRundown',
    'u64 HardLimit, u64 LOHThreshold, u64 PhysicalMemoryConfig, u64 Gen0MinBudgetConfig, u64 Gen0MaxBudgetConfig, u32 HighMemPercentConfig, u32 BitSettings, u16 ClrInstanceID',
  ],
  [
    `${RUNTIME}Rundown`,
    280,
    0,
    'TieredCompilationRundown',
    'SettingsDCStart',
    'u16 ClrInstanceID, u32 Flags',
  ],
];

/** Events of later runtimes than the published manifest describes. */
export function laterRuntimeEvents(provider: string): ProviderFacts {
  return {
    provider,
    source: 'microsoft/perfview f3ec1b3 src/TraceEvent/Parsers/ClrTraceEventParser.cs (MIT)',
    keywords: new Map(),
    maps: new Map(),
    events: EVENTS.filter(([name]) => name === provider).map(([, id, version, task, opcode, fields]) => ({
      id,
      version,
      symbol: opcode,
      task,
      opcode,
      fields: readFields(fields).map(toFacts),
    })),
  };
}

function toFacts({ name, in: inType, count, fields }: CatalogueField): FieldFacts {
  return {
    name,
    in: inType,
    ...(count === undefined ? {} : { count: String(count) }),
    ...(fields === undefined ? {} : { fields: fields.map(toFacts) }),
  };
}
