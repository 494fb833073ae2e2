import type { EventFacts, FieldFacts } from './facts.ts';

/**
 * What the published descriptions leave out or get wrong, stated once, with where it is known from. A patch
 * changes fields whose name and in type match, in the named events or in all of the provider.
 */
export interface FieldPatch {
  readonly provider: string;
  /** Event ids; all when absent. */
  readonly ids?: readonly number[];
  readonly field: RegExp;
  /** Published in type. */
  readonly in: string;
  readonly set: Partial<FieldFacts>;
  /** Where the fact is published or was measured. */
  readonly source: string;
}

const PROCESS = 'Microsoft-Windows-Kernel-Process';
const FILE = 'Microsoft-Windows-Kernel-File';
const NETWORK = 'Microsoft-Windows-Kernel-Network';
const REGISTRY = 'Microsoft-Windows-Kernel-Registry';
const DNS = 'Microsoft-Windows-DNS-Client';
const RUNTIME = 'Microsoft-Windows-DotNETRuntime';

const SAME_NAME =
  'the documented meaning of the field of that name in the MOF classes Process, Thread and Image';
const TCPIP =
  'MOF class TcpIp, whose fields these are: extension IPAddrV4, IPAddrV6, Port, PointerType connid';
const STATUS =
  'the NTSTATUS of the operation, as in the MOF classes FileIo_OpEnd (NtStatus) and Registry (Status)';
const DNS_STATUS = 'windns.h: a DNS_STATUS is a Win32 error of winerror.h';

/** The patches, in the order they are applied. */
export const FIELD_PATCHES: readonly FieldPatch[] = [
  {
    provider: PROCESS,
    field: /^(Parent|Frozen)?ProcessID$/,
    in: 'UInt32',
    set: { out: 'PID' },
    source: SAME_NAME,
  },
  { provider: PROCESS, field: /ThreadID$/, in: 'UInt32', set: { out: 'TID' }, source: SAME_NAME },
  { provider: PROCESS, field: /^Status(Code)?$/, in: 'UInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  { provider: FILE, field: /^IssuingThreadId$/, in: 'UInt32', set: { out: 'TID' }, source: SAME_NAME },
  { provider: FILE, field: /^Status$/, in: 'UInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  { provider: REGISTRY, field: /^Status$/, in: 'UInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  { provider: REGISTRY, field: /^StatusCode$/, in: 'HexInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  { provider: NETWORK, field: /^PID$/, in: 'UInt32', set: { out: 'PID' }, source: TCPIP },
  { provider: NETWORK, field: /^[ds]addr$/, in: 'UInt32', set: { out: 'IPv4' }, source: TCPIP },
  { provider: NETWORK, field: /^[ds]addr$/, in: 'Binary', set: { out: 'IPv6' }, source: TCPIP },
  { provider: NETWORK, field: /^[ds]port$/, in: 'UInt16', set: { out: 'Port' }, source: TCPIP },
  // Published as UInt32, but 8 bytes are written by 64-bit kernels: 8,923 of 8,923 events of a Windows 7 trace.
  { provider: NETWORK, field: /^connid$/, in: 'UInt32', set: { in: 'Pointer' }, source: TCPIP },
  { provider: DNS, field: /^ClientPID$/, in: 'UInt32', set: { out: 'PID' }, source: 'the name' },
  {
    provider: DNS,
    field: /^(Dns)?Address$/,
    in: 'Binary',
    set: { out: 'SocketAddress' },
    source: 'recorded events 1001: a sockaddr of AddressLength bytes',
  },
  {
    provider: DNS,
    ids: [60_102],
    field: /^(Source|Destination)Address$/,
    in: 'Binary',
    set: { out: 'IPv6' },
    source: 'event DnsV6Tuple',
  },
  {
    provider: DNS,
    ids: [60_101],
    field: /^(Source|Destination)Address$/,
    in: 'UInt32',
    set: { out: 'IPv4' },
    source: 'event DnsV4Tuple',
  },
  {
    provider: DNS,
    field: /^(Status|QueryStatus|ResponseStatus|StatusCode|ErrorCode)$/,
    in: 'UInt32',
    set: { out: 'Win32Error' },
    source: DNS_STATUS,
  },
  ...[RUNTIME, `${RUNTIME}Rundown`, `${RUNTIME}Private`].map((provider) => ({
    provider,
    field: /^Stack$/,
    in: 'Pointer',
    set: { count: 'FrameCount' },
    source:
      'microsoft/perfview ClrTraceEventParser, ClrStackWalkTraceData: FrameCount addresses follow, not 2',
  })),
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
    in: 'Pointer',
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

/** Applies the patches of one generation and knows which of them matched nothing. */
export class Patcher {
  readonly #patches: readonly FieldPatch[];
  readonly #used = new Set<FieldPatch>();

  constructor(patches: readonly FieldPatch[]) {
    this.#patches = patches;
  }

  /** The fields of an event, patched. Matching looks at the published type, so patches do not chain. */
  apply(provider: string, event: EventFacts, fields: readonly FieldFacts[]): FieldFacts[] {
    const patches = this.#patches.filter(
      (patch) => patch.provider === provider && (patch.ids?.includes(event.id) ?? true),
    );
    return fields.map((field) => {
      const matching = patches.filter((patch) => patch.in === field.in && patch.field.test(field.name));
      for (const patch of matching) this.#used.add(patch);
      return Object.assign({}, field, ...matching.map((patch) => patch.set)) as FieldFacts;
    });
  }

  /** Patches of the given providers that matched no field: the descriptions changed, or the patch is wrong. */
  unused(providers: ReadonlySet<string>): FieldPatch[] {
    return this.#patches.filter((patch) => providers.has(patch.provider) && !this.#used.has(patch));
  }
}
