import type { KnownDifference } from '../classic_check.ts';

/** Where the layouts differ from the published tables on purpose. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    provider: 'EventTrace',
    opcodes: [80],
    difference: /^String PartitionId is published, not GUID/,
    reason: 'recorded events of header version 2 have GUIDs (48 bytes, to build 29559)',
  },
  {
    provider: 'FileIo',
    opcodes: [67, 68],
    difference: /^published without ExtraFlags$/,
    reason: 'phnt PERFINFO_FILE_READ_WRITE; missing where a payload ends before it',
  },
  {
    provider: 'Object',
    opcodes: [34],
    difference: /^published without SourceProcessId$/,
    reason: 'phnt ETW_DUPLICATE_HANDLE_EVENT, and TraceEvent reads it',
  },
  {
    provider: 'PageFault',
    opcodes: [100],
    difference: /^published without Ranges$/,
    reason: 'phnt ETW_HEAP_EVENT_RUNDOWN: a count of ranges is followed by them',
  },
  {
    provider: 'PerfInfo',
    opcodes: [34],
    difference: /^published with Padding too$/,
    reason: 'recorded marks end with the text',
  },
  {
    provider: 'PerfInfo',
    opcodes: [46],
    difference: /^UInt16 Reserved is published, not UInt8 Flags$/,
    reason: 'phnt PERFINFO_SAMPLED_PROFILE_INFORMATION, and TraceEvent reads them',
  },
  {
    provider: 'StackWalk',
    opcodes: [32],
    difference: /^UInt32 Stack1 is published, not Pointer Stack$/,
    reason: 'as many addresses as the payload holds; the table has 32 fields for the most there can be',
  },
  {
    provider: 'SystemConfig',
    opcodes: [35],
    difference: /^Char16 VendorIdentifier is published, not UnicodeString ProcessorIdentifier$/,
    reason: 'recorded events hold the identifier before the vendor',
  },
  {
    provider: 'Thread',
    opcodes: [1, 2, 3, 4],
    difference: /^published without ThreadName$/,
    reason: 'Windows 10 from 1903 on writes the name under version 3 too',
  },
  {
    provider: 'Thread',
    opcodes: [36],
    difference: /^published without NewThreadWaitTime$/,
    reason: "PerfView's MOF has it in version 1",
  },
];
