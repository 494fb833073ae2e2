import type { Value, ValueMap } from '../../src/model/value.ts';
import { absent, enumeration, type FixUp, flags, fromOthers, renamed, textOf } from './oracle_fixup.ts';
import { KERNEL } from './oracle_fixups_kernel.ts';

const DOTNET = /^Microsoft-Windows-DotNETRuntime/;
const GC_MECHANISMS = { 1: 'Concurrent', 2: 'Compaction', 4: 'Promotion', 8: 'Demotion', 16: 'CardBundles' };
const GC_REASONS = { 0: 'AllocSmall', 1: 'Induced' };

const RUNTIME: readonly FixUp[] = [
  // What the published manifest has no fields for is not compared; docs/undecoded.md lists it.
  fromOthers(
    /^Microsoft-Windows-DotNETRuntimePrivate\/GC\/PerHeapHistory$/,
    [
      'ClrInstanceID',
      'FreeListAllocated',
      'FreeListRejected',
      'EndOfSegAllocated',
      'CondemnedAllocated',
      'PinnedAllocated',
      'PinnedAllocatedAdvance',
      'RunningFreeListEfficiency',
      'CondemnReasons0',
      'CondemnReasons1',
      'CompactMechanisms',
      'ExpandMechanisms',
      'ConcurrentCompactMechanisms',
      'HeapIndex',
      'ExtraGen0Commit',
      'Count',
      'MemoryPressure',
    ],
    'the manifest has no fields for version 2',
  ),
  ...absent(
    DOTNET,
    { ObjectSize: 0, ClientSequenceNumber: 0, ReJITID: 0, OptimizationTier: 'Unknown' },
    'came with a later version of the event',
  ),
  ...absent(
    /^Microsoft-Windows-DotNETRuntime\/GC\/HeapStats$/,
    { GenerationSize4: 0, TotalPromotedSize4: 0 },
    'generation 4 came with version 2',
  ),
  ...absent(
    /^Microsoft-Windows-DotNETRuntimePrivate\/GC\/GlobalHeapHistory$/,
    { MemoryPressure: '', CondemnReasons0: '', CondemnReasons1: '', Count: '', PauseMode: '' },
    'came with a later version of the event',
  ),
  ...absent(
    /^Microsoft-Windows-DotNETRuntime\/GC\/PerHeapHistory$/,
    { ConcurrentCompactMechanisms: '', MemoryPressure: '' },
    'fields of version 2',
  ),
  ...renamed(/\/GC\/MarkWithType$/, { Promoted: 'Bytes' }, "TraceEvent's name"),
  fromOthers(/\/GC\/HeapStats$/, ['Depth'], 'the depth of the collection, from its GC/Start'),
  {
    event: /\/GC\/HeapStats$/,
    fields: ['TotalHeapSize'],
    reason: 'the sum over the generations',
    shown: ({ data }) => sumOf(data, 'GenerationSize'),
  },
  {
    event: /\/GC\/HeapStats$/,
    fields: ['TotalPromoted'],
    reason: 'the sum over the generations',
    shown: ({ data }) => sumOf(data, 'TotalPromotedSize'),
  },
  ...['TypeID', 'Name'].map(
    (field): FixUp => ({
      event: /\/BulkType$/,
      fields: [field === 'Name' ? 'TypeName_0' : 'TypeID_0'],
      reason: 'of the first of the structures',
      shown: ({ data }) => firstOf(data['Values'])?.[field],
    }),
  ),
  enumeration(/\/GC\/CreateSegment$/, 'Type', {
    0: 'SmallObjectHeap',
    1: 'LargeObjectHeap',
    3: 'PinnedObjectHeap',
  }),
  enumeration(/\/GC\/FitBucketInfo$/, 'BucketKind', { 1: 'PlugsInCondemned' }),
  enumeration(/\/GC\/GlobalHeapHistory$/, 'PauseMode', { 1: 'Interactive' }),
  enumeration(/\/GC\/GlobalHeapHistory$/, 'Reason', GC_REASONS),
  flags(/\/GC\/GlobalHeapHistory$/, 'GlobalMechanisms', GC_MECHANISMS),
  enumeration(
    /\/GC\/PerHeapHistory$/,
    'CompactMechanisms',
    { 1: 'compact_high_frag', 3: 'compact_loh_forced' },
    // The highest bit says that there is one, the highest of the others which.
    ({ data }) => 31 - Math.clz32(Number(data['CompactMechanisms']) & 0x7fff_ffff),
  ),
  enumeration(/\/GC\/PerHeapHistory$/, 'ExpandMechanisms', { 0: 'not_specified' }),
  enumeration(/\/NgenBind$/, 'ReasonCode', { 0: 'START_BIND', 9: 'REJECT_IL_SIG' }),
  {
    event: DOTNET,
    fields: ['ModuleILFileName'],
    reason: 'the end of ModuleILPath',
    shown: ({ data }) => textOf(data['ModuleILPath']).split('\\').at(-1),
  },
  fromOthers(/\/GC\/FinalizeObject$/, ['TypeName'], 'the name of TypeID, from BulkType events'),
];

const OTHERS: readonly FixUp[] = [
  ...renamed(
    /^Microsoft-Windows-Kernel-File\/Create$/,
    { IrpPtr: 'Irp', FileAttributes: 'CreateAttributes' },
    "TraceEvent's name",
  ),
  // Without the disposition, which is the highest byte.
  enumeration(
    /^Microsoft-Windows-Kernel-File\/Create$/,
    'CreateOptions',
    { 0x20: 'FILE_ATTRIBUTE_ARCHIVE' },
    ({ data }) => Number(data['CreateOptions']) & 0xff_ffff,
  ),
  enumeration(
    /^Microsoft-Windows-Kernel-File\/Create$/,
    'CreateDisposition',
    { 1: 'OPEN_EXISTING' },
    ({ data }) => Number(data['CreateOptions']) >>> 24,
  ),
  enumeration(/^Microsoft-Windows-Kernel-File\/Create$/, 'ShareAccess', { 7: 'ReadWrite, Delete' }),
  ...['Format', 'MajorVersion', 'MinorVersion', 'Magic', 'TotalChunks', 'ChunkNumber', 'PayloadLength'].map(
    (field, i): FixUp => ({
      event: /\/ManifestData$/,
      fields: [field],
      reason: 'chunks of manifests are read before the events, so they have no schema: from the payload',
      shown: ({ payload }) =>
        [...payload.subarray(0, 4), payload.readUInt16LE(4), payload.readUInt16LE(6), payload.length][i],
    }),
  ),
  flags(
    /^PerfView\/KernelEnableParameters$/,
    'keywords',
    { 1: 'Process', 2: 'Thread', 4: 'ImageLoad' },
    { separator: '|' },
  ),
  flags(
    /^PerfView\/KernelEnableParameters$/,
    'stacks',
    { 1: 'Process', 2: 'Thread', 4: 'ImageLoad' },
    { separator: '|' },
  ),
  {
    event: /^solar_system\//,
    fields: ['char_type'],
    reason: 'a character, which TraceEvent shows as its number',
    shown: ({ data }) => textOf(data['char_type']).codePointAt(0),
  },
  {
    event: /^solar_system\//,
    fields: ['system_time_type'],
    reason: 'TraceEvent takes the seconds for the milliseconds',
    shown: ({ data }) => textOf(data['system_time_type']).replace(/:(\d\d)\.\d{3}$/, ':$1.0$1'),
  },
];

const FILES: FixUp = {
  event: /^(Windows Kernel\/Image\/|Microsoft-Windows-Kernel-File\/)/,
  fields: ['FileName'],
  reason: "by the trace's volume mappings; paths without a volume are on the drive of \\SystemRoot",
  shown({ data }, { volumes }) {
    const path = textOf(data['FileName']);
    const volume = [...volumes].find(([device]) => path.startsWith(device));
    if (volume !== undefined) return volume[1] + path.slice(volume[0].length);
    return path.startsWith('\\Windows\\') ? `${volumes.get('\\SystemRoot\\')?.slice(0, 2)}${path}` : path;
  },
};

/** All fix-ups, in the order they are looked through. */
export const FIX_UPS: readonly FixUp[] = [FILES, ...KERNEL, ...RUNTIME, ...OTHERS];

function sumOf(data: ValueMap, prefix: string): number {
  return [0, 1, 2, 3, 4].reduce((sum, generation) => sum + Number(data[`${prefix}${generation}`] ?? 0), 0);
}

function firstOf(values: Value | undefined): ValueMap | undefined {
  const first: Value | undefined = Array.isArray(values) ? values[0] : undefined;
  return typeof first === 'object' && !Array.isArray(first) && !(first instanceof Uint8Array)
    ? (first as ValueMap)
    : undefined;
}
