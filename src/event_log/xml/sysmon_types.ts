import type { InType } from '../../etw/schema.ts';

/** Sysmon, which is not part of Windows, so that no description of it is shipped. */
export const SYSMON = 'Microsoft-Windows-Sysmon';

const OF: Readonly<Partial<Record<InType, readonly string[]>>> = {
  GUID: [
    'LogonGuid',
    'ParentProcessGuid',
    'ProcessGuid',
    'SourceProcessGUID',
    'SourceProcessGuid',
    'TargetProcessGUID',
    'TargetProcessGuid',
  ],
  UInt32: [
    'NewThreadId',
    'ParentProcessId',
    'ProcessId',
    'SourceProcessId',
    'SourceThreadId',
    'TargetProcessId',
    'TerminalSessionId',
  ],
  UInt16: ['DestinationPort', 'SourcePort'],
  HexInt32: ['GrantedAccess'],
  HexInt64: ['LogonId'],
  Boolean: ['DestinationIsIpv6', 'Initiated', 'SourceIsIpv6'],
};

/**
 * Types of the fields of its events that are no texts; a name has one type in all of them. Source: recorded logs of its schemas
 * 4.x (events 1, 7, 10 to 13, 16, 17), its manifest for events 3 and 8.
 */
export const SYSMON_TYPES: ReadonlyMap<string, InType> = new Map(
  Object.entries(OF).flatMap(([type, names]) => names.map((name) => [name, type as InType] as const)),
);
