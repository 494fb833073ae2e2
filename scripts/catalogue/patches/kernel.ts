import type { FieldFacts } from '../facts.ts';
import type { FieldPatch } from '../patches.ts';

const FILE = 'Microsoft-Windows-Kernel-File';
const GENERAL = 'Microsoft-Windows-Kernel-General';
const NETWORK = 'Microsoft-Windows-Kernel-Network';
const PROCESS = 'Microsoft-Windows-Kernel-Process';
const REGISTRY = 'Microsoft-Windows-Kernel-Registry';
const AUDIT = 'Microsoft-Windows-Kernel-Audit-API-Calls';
const THREAT = 'Microsoft-Windows-Threat-Intelligence';

const TCPIP =
  'MOF class TcpIp, whose fields these are: extension IPAddrV4, IPAddrV6, Port, PointerType connid';
const STATUS =
  'the NTSTATUS of the operation, as in the MOF classes FileIo_OpEnd (NtStatus) and Registry (Status)';
const PUBLISHER =
  "the publisher's own template of an earlier version in repnz/etw-providers-docs, and the numbers of properties, which leave room for as many members";
const SAME_KERNEL =
  'the structures of the same names in Kernel-General event 14; the numbers of properties leave room for as many members';

const structure = (fields: readonly FieldFacts[]): Partial<FieldFacts> => ({ in: 'Struct', fields });
const counted = (count: string, fields: readonly FieldFacts[]): Partial<FieldFacts> => ({
  ...structure(fields),
  count,
});
const attributed = (name: string): FieldFacts[] => [
  { name: `${name}Attributes`, in: 'HexInt32' },
  { name: `${name}Sid`, in: 'SID' },
];
const ACE: readonly FieldFacts[] = [
  { name: 'AceType', in: 'UInt32' },
  { name: 'AceFlags', in: 'HexInt32' },
  { name: 'AccessMask', in: 'HexInt32' },
  { name: 'Sid', in: 'SID' },
];
const general = (field: RegExp, set: Partial<FieldFacts>): FieldPatch => ({
  provider: GENERAL,
  ids: [14],
  field,
  in: 'structure',
  set,
  source: PUBLISHER,
});

/** The kernel's own providers. */
export const KERNEL_PATCHES: readonly FieldPatch[] = [
  { provider: PROCESS, field: /^Status(Code)?$/, in: 'UInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  { provider: FILE, field: /^Status$/, in: 'UInt32', set: { out: 'NTSTATUS' }, source: STATUS },
  {
    provider: REGISTRY,
    field: /^Status(Code)?$/,
    in: ['UInt32', 'HexInt32'],
    set: { out: 'NTSTATUS' },
    source: STATUS,
  },
  { provider: NETWORK, field: /^[ds]addr$/, in: 'UInt32', set: { out: 'IPv4' }, source: TCPIP },
  { provider: NETWORK, field: /^[ds]addr$/, in: 'Binary', set: { out: 'IPv6' }, source: TCPIP },
  { provider: NETWORK, field: /^[ds]port$/, in: 'UInt16', set: { out: 'Port' }, source: TCPIP },
  // Published as UInt32, but 8 bytes are written by 64-bit kernels: 8,923 of 8,923 events of a Windows 7 trace.
  { provider: NETWORK, field: /^connid$/, in: 'UInt32', set: { in: 'Pointer' }, source: TCPIP },
  {
    provider: AUDIT,
    field: /^ReturnCode$/,
    in: 'UInt32',
    set: { out: 'NTSTATUS' },
    source: 'what the audited calls return (ntifs.h, ntddk.h)',
  },
  {
    provider: AUDIT,
    field: /^TargetThreatId$/,
    in: 'UInt32',
    set: { out: 'TID' },
    source: 'the argument of OpenThread; the misspelt name is the published one',
  },
  {
    provider: GENERAL,
    field: /^(Final)?Status$/,
    in: 'HexInt32',
    set: { out: 'NTSTATUS' },
    source: 'the templates of the events of the registry and of licensing',
  },
  general(/^TokenGroups$/, counted('TokenGroupsCount', attributed('Group'))),
  general(/^TokenPackage$/, counted('TokenPackageCount', [{ name: 'PackageSid', in: 'SID' }])),
  general(/^TokenCapabilities$/, counted('TokenCapabilityCount', attributed('Capability'))),
  general(/^TokenTrustLevel$/, counted('TokenTrustLevelCount', [{ name: 'TrustLevelSid', in: 'SID' }])),
  general(/^DaclAce$/, counted('DaclAceCount', ACE)),
  general(/^SaclAce$/, counted('SaclAceCount', ACE)),
  {
    provider: THREAT,
    field: /^OperationStatus$/,
    in: 'UInt32',
    set: { out: 'NTSTATUS' },
    source: 'the result of the memory and thread operations of the event (ntifs.h)',
  },
  ...['Previous', 'Current'].flatMap((which): FieldPatch[] => [
    {
      provider: THREAT,
      field: new RegExp(`^${which}TokenTrustLevel$`),
      in: 'structure',
      set: counted(`${which}TokenTrustLevelCount`, [{ name: 'TrustLevelSid', in: 'SID' }]),
      source: SAME_KERNEL,
    },
    {
      provider: THREAT,
      field: new RegExp(`^${which}TokenGroups$`),
      in: 'structure',
      set: counted(`${which}TokenGroupsCount`, attributed('Group')),
      source: SAME_KERNEL,
    },
  ]),
];
