import type { FieldPatch } from '../patches.ts';

const RUNTIME = 'Microsoft-Windows-DotNETRuntime';

/** The .NET runtime's providers. */
export const DOTNET_PATCHES: readonly FieldPatch[] = [
  {
    provider: [RUNTIME, `${RUNTIME}Rundown`, `${RUNTIME}Private`],
    field: /^Stack$/,
    in: 'Pointer',
    set: { count: 'FrameCount' },
    source:
      'microsoft/perfview ClrTraceEventParser, ClrStackWalkTraceData: FrameCount addresses follow, not 2',
  },
  {
    provider: RUNTIME,
    ids: [39],
    field: /^Data$/,
    in: 'Binary',
    set: { length: 'DataSize' },
    source: 'dotnet/runtime src/coreclr/vm/ClrEtwAll.man, template GCDynamicEvent',
  },
  {
    provider: RUNTIME,
    ids: [204],
    field: /^Values$/,
    in: ['Pointer', 'structure'],
    set: {
      in: 'Struct',
      fields: [
        'SizeBefore',
        'FreeListBefore',
        'FreeObjBefore',
        'SizeAfter',
        'FreeListAfter',
        'FreeObjAfter',
        'In',
        'PinnedSurv',
        'NonePinnedSurv',
        'NewAllocation',
      ].map((name) => ({ name, in: 'Pointer' })),
    },
    source:
      'dotnet/runtime src/coreclr/vm/ClrEtwAll.man, template GCPerHeapHistory_V3: an array of structures',
  },
];
