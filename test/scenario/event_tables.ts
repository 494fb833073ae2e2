import type { Field, InType } from '../../src/etw/schema.ts';

/**
 * The events that a scenario writes: their header facts and payloads, as the manifests of the providers
 * publish them (names and types in order). Kept apart from the product's catalogue on purpose, so that one
 * can be held against the other.
 */
export interface EventTable {
  readonly provider: string;
  readonly id: number;
  readonly version: number;
  readonly channel: number;
  readonly level: number;
  readonly opcode: number;
  readonly task: number;
  readonly keywords: bigint;
  readonly fields: readonly Field[];
}

/** Providers by short name: registered name and GUID. */
export const PROVIDERS = {
  process: ['Microsoft-Windows-Kernel-Process', '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716'],
  file: ['Microsoft-Windows-Kernel-File', 'edd08927-9cc4-4e65-b970-c2560fb5c289'],
  network: ['Microsoft-Windows-Kernel-Network', '7dd42a49-5329-4832-8dfd-43d979153a88'],
  registry: ['Microsoft-Windows-Kernel-Registry', '70eb4f03-c1de-4f73-a051-33d13d5413bd'],
  dns: ['Microsoft-Windows-DNS-Client', '1c95126e-7eea-49a9-a3fe-a378b03ddb4d'],
  powershell: ['Microsoft-Windows-PowerShell', 'a0c1853b-5c40-4b15-8766-3cf1c58f985a'],
} as const;

/** A provider's short name. */
export type ProviderName = keyof typeof PROVIDERS;

interface Row {
  readonly opcode?: number;
  readonly task?: number;
  readonly level?: number;
  readonly keywords?: bigint;
  readonly fields: string;
}

/** Bit 63: the event belongs to the provider's first channel (Analytic here, Operational for DNS). */
const CHANNEL_KEYWORD = 0x8000_0000_0000_0000n;

const START_V2 =
  'UInt32 ProcessID, FILETIME CreateTime, UInt32 ParentProcessID, UInt32 SessionID, UInt32 Flags, ' +
  'UnicodeString ImageName, UInt32 ImageChecksum, UInt32 TimeDateStamp, UnicodeString PackageFullName, ' +
  'UnicodeString PackageRelativeAppId';
const START_V3 =
  'UInt32 ProcessID, UInt64 ProcessSequenceNumber, FILETIME CreateTime, UInt32 ParentProcessID, ' +
  'UInt64 ParentProcessSequenceNumber, UInt32 SessionID, UInt32 Flags, UInt32 ProcessTokenElevationType, ' +
  'UInt32 ProcessTokenIsElevated, SID MandatoryLabel, UnicodeString ImageName, UInt32 ImageChecksum, ' +
  'UInt32 TimeDateStamp, UnicodeString PackageFullName, UnicodeString PackageRelativeAppId';
const START_V4 = `${START_V3}, UInt32 SecurityMitigations`;
const stopFields = (sequence: string) =>
  `UInt32 ProcessID, ${sequence}FILETIME CreateTime, FILETIME ExitTime, UInt32 ExitCode, ` +
  'UInt32 TokenElevationType, UInt32 HandleCount, UInt64 CommitCharge, UInt64 CommitPeak, UInt64 CPUCycleCount, ' +
  'UInt32 ReadOperationCount, UInt32 WriteOperationCount, UInt32 ReadTransferKiloBytes, ' +
  'UInt32 WriteTransferKiloBytes, UInt32 HardFaultCount, AnsiString ImageName';
const THREAD =
  'UInt32 ProcessID, UInt32 ThreadID, Pointer StackBase, Pointer StackLimit, Pointer UserStackBase, ' +
  'Pointer UserStackLimit, Pointer StartAddr, Pointer Win32StartAddr, Pointer TebBase, UInt32 SubProcessTag';
const IMAGE =
  'Pointer ImageBase, Pointer ImageSize, UInt32 ProcessID, UInt32 ImageCheckSum, UInt32 TimeDateStamp, ' +
  'Pointer DefaultBase, UnicodeString ImageName';
const JOB = 'GUID ContainerID, UInt32 JobID, UInt32 StatusCode';

const FILE_OPEN =
  'Pointer Irp, Pointer FileObject, UInt32 IssuingThreadId, UInt32 CreateOptions, UInt32 CreateAttributes, ' +
  'UInt32 ShareAccess, UnicodeString FileName';
const FILE_CLOSE = 'Pointer Irp, Pointer FileObject, Pointer FileKey, UInt32 IssuingThreadId';
const FILE_SET =
  'Pointer Irp, Pointer FileObject, Pointer FileKey, Pointer ExtraInformation, UInt32 IssuingThreadId, UInt32 InfoClass';
const FILE_RW =
  'UInt64 ByteOffset, Pointer Irp, Pointer FileObject, Pointer FileKey, UInt32 IssuingThreadId, UInt32 IOSize, ' +
  'UInt32 IOFlags, UInt32 ExtraFlags';
const FILE_NAME = 'Pointer FileKey, UnicodeString FileName';

const ends = (address: string) =>
  `UInt32 PID, UInt32 size, ${address} daddr, ${address} saddr, UInt16 dport, UInt16 sport`;
const TCP_OPEN =
  ', UInt16 mss, UInt16 sackopt, UInt16 tsopt, UInt16 wsopt, UInt32 rcvwin, UInt16 rcvwinscale, ' +
  'UInt16 sndwinscale, UInt32 seqnum, Pointer connid';
const TCP_SEND = ', UInt32 startime, UInt32 endtime, UInt32 seqnum, Pointer connid';
const SEQUENCE = ', UInt32 seqnum, Pointer connid';
/** Kernel-Network writes connid as a pointer (recorded on Windows 7) where its manifest says u32. */
const network = (opcode: number, v6: boolean, rest: string): Row => ({
  opcode,
  task: opcode < 40 ? 10 : 11,
  keywords: v6 ? 0x20n : 0x10n,
  fields: ends(v6 ? 'Binary:16' : 'UInt32') + rest,
});

const KEY_OPEN =
  'Pointer BaseObject, Pointer KeyObject, UInt32 Status, UInt32 Disposition, UnicodeString BaseName, ' +
  'UnicodeString RelativeName';

const DNS_RESPONSE =
  'UnicodeString QueryName, UInt32 QueryType, UInt32 NetworkIndex, UInt32 InterfaceIndex, UInt32 Status, ' +
  'UnicodeString QueryResults';

/** By provider, then `id.version`. */
const TABLES: Readonly<Record<ProviderName, Readonly<Record<string, Row>>>> = {
  process: {
    '1.2': { opcode: 1, task: 1, keywords: 0x10n, fields: START_V2 },
    '1.3': { opcode: 1, task: 1, keywords: 0x10n, fields: START_V3 },
    '1.4': { opcode: 1, task: 1, keywords: 0x10n, fields: START_V4 },
    '2.1': { opcode: 2, task: 2, keywords: 0x10n, fields: stopFields('') },
    '2.2': { opcode: 2, task: 2, keywords: 0x10n, fields: stopFields('UInt64 ProcessSequenceNumber, ') },
    '3.1': { opcode: 1, task: 3, keywords: 0x20n, fields: THREAD },
    '4.1': { opcode: 2, task: 4, keywords: 0x20n, fields: `${THREAD}, UInt64 CycleTime` },
    '5.0': { task: 5, keywords: 0x40n, fields: IMAGE },
    '6.0': { task: 6, keywords: 0x40n, fields: IMAGE },
    '13.0': { opcode: 1, task: 13, keywords: 0x400n, fields: JOB },
    '14.0': { opcode: 2, task: 14, keywords: 0x400n, fields: JOB },
    '15.0': { task: 15, keywords: 0x10n, fields: START_V2 },
    '15.1': { task: 15, keywords: 0x10n, fields: START_V3 },
    '15.2': { task: 15, keywords: 0x10n, fields: START_V4 },
    '22.0': { task: 19, keywords: 0x4000n, fields: 'GUID ContainerID, UInt32 JobID, UInt16 State' },
  },
  file: {
    '10.0': { task: 10, keywords: 0x10n, fields: FILE_NAME },
    '11.0': { task: 11, keywords: 0x10n, fields: FILE_NAME },
    '12.1': { task: 12, keywords: 0xa0n, fields: FILE_OPEN },
    '13.1': { task: 13, keywords: 0x20n, fields: FILE_CLOSE },
    '14.1': { task: 14, keywords: 0x20n, fields: FILE_CLOSE },
    '15.1': { task: 15, keywords: 0x120n, fields: FILE_RW },
    '16.1': { task: 16, keywords: 0x220n, fields: FILE_RW },
    '18.1': { task: 18, keywords: 0x20n, fields: FILE_SET },
    '19.1': { task: 19, keywords: 0x20n, fields: FILE_SET },
    '24.0': { task: 24, keywords: 0x60n, fields: 'Pointer Irp, Pointer ExtraInformation, UInt32 Status' },
    '26.1': { task: 26, keywords: 0x400n, fields: `${FILE_SET}, UnicodeString FilePath` },
    '27.1': { task: 27, keywords: 0x800n, fields: `${FILE_SET}, UnicodeString FilePath` },
    '30.1': { task: 30, keywords: 0x1000n, fields: FILE_OPEN },
  },
  network: {
    '10.0': network(10, false, TCP_SEND),
    '11.0': network(11, false, SEQUENCE),
    '12.0': network(12, false, TCP_OPEN),
    '13.0': network(13, false, SEQUENCE),
    '15.0': network(15, false, TCP_OPEN),
    '26.0': network(10, true, TCP_SEND),
    '27.0': network(11, true, SEQUENCE),
    '28.0': network(12, true, TCP_OPEN),
    '29.0': network(13, true, SEQUENCE),
    '31.0': network(15, true, TCP_OPEN),
    '42.0': network(42, false, SEQUENCE),
    '43.0': network(43, false, SEQUENCE),
    '58.0': network(42, true, SEQUENCE),
    '59.0': network(43, true, SEQUENCE),
  },
  registry: {
    '1.0': { opcode: 32, keywords: 0x1000n, fields: KEY_OPEN },
    '2.0': { opcode: 33, keywords: 0x2000n, fields: KEY_OPEN },
    '3.0': {
      opcode: 34,
      keywords: 0x4000n,
      fields: 'Pointer KeyObject, UInt32 Status, UnicodeString KeyName',
    },
    '5.0': {
      opcode: 36,
      keywords: 0x100n,
      fields:
        'Pointer KeyObject, UInt32 Status, UInt32 Type, UInt32 DataSize, UnicodeString KeyName, ' +
        'UnicodeString ValueName, UInt16 CapturedDataSize, Binary:CapturedDataSize CapturedData, ' +
        'UInt32 PreviousDataType, UInt32 PreviousDataSize, UInt16 PreviousDataCapturedSize, ' +
        'Binary:PreviousDataCapturedSize PreviousData',
    },
    '6.0': {
      opcode: 37,
      keywords: 0x200n,
      fields: 'Pointer KeyObject, UInt32 Status, UnicodeString KeyName, UnicodeString ValueName',
    },
    '7.0': {
      opcode: 38,
      keywords: 0x400n,
      fields:
        'Pointer KeyObject, UInt32 Status, UInt32 InfoClass, UInt32 DataSize, UnicodeString KeyName, ' +
        'UnicodeString ValueName, UInt16 CapturedDataSize, Binary:CapturedDataSize CapturedData',
    },
    '13.0': { opcode: 44, keywords: 0x1n, fields: 'Pointer KeyObject, UInt32 Status, UnicodeString KeyName' },
  },
  dns: {
    '3006.0': {
      fields:
        'UnicodeString QueryName, UInt32 QueryType, UInt64 QueryOptions, UnicodeString ServerList, ' +
        'UInt32 IsNetworkQuery, UInt32 NetworkQueryIndex, UInt32 InterfaceIndex, UInt32 IsAsyncQuery',
    },
    '3008.0': {
      fields:
        'UnicodeString QueryName, UInt32 QueryType, UInt64 QueryOptions, UInt32 QueryStatus, ' +
        'UnicodeString QueryResults',
    },
    '3020.0': { fields: DNS_RESPONSE },
    '3020.1': { fields: `${DNS_RESPONSE}, UInt32 ClientPID` },
    '3020.2': { fields: `${DNS_RESPONSE}, UInt32 ClientPID, Pointer QueryBlob` },
  },
  powershell: {
    '4103.1': {
      opcode: 20,
      task: 106,
      fields: 'UnicodeString ContextInfo, UnicodeString UserData, UnicodeString Payload',
    },
    '4104.1': {
      opcode: 15,
      task: 2,
      level: 5,
      fields:
        'Int32 MessageNumber, Int32 MessageTotal, UnicodeString ScriptBlockText, UnicodeString ScriptBlockId, ' +
        'UnicodeString Path',
    },
    '40961.1': { opcode: 1, task: 4, fields: '' },
    '40962.1': { opcode: 2, task: 4, fields: '' },
    '53504.1': { opcode: 10, task: 111, fields: 'UnicodeString param1, UnicodeString param2' },
  },
};

const cache = new Map<string, EventTable>();

/** The table of one event. Throws when a scenario asks for one that is not here. */
export function eventTable(name: ProviderName, id: number, version: number): EventTable {
  const key = `${name} ${id}.${version}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const row = TABLES[name][`${id}.${version}`];
  if (row === undefined) throw new Error(`no table for ${key}`);
  // PowerShell's events go to its Operational channel (0x10) without the channel's keyword bit (as recorded).
  const channelKeyword = name === 'powershell' ? 0n : CHANNEL_KEYWORD;
  const table: EventTable = {
    provider: PROVIDERS[name][1],
    id,
    version,
    channel: 0x10,
    level: row.level ?? 4,
    opcode: row.opcode ?? 0,
    task: row.task ?? 0,
    keywords: (row.keywords ?? 0n) | channelKeyword,
    fields: parseFields(row.fields),
  };
  cache.set(key, table);
  return table;
}

/** Every event there is a table of. */
export function allEventTables(): EventTable[] {
  return (Object.keys(TABLES) as ProviderName[]).flatMap((name) =>
    Object.keys(TABLES[name]).map((key) => {
      const [id = 0, version = 0] = key.split('.').map(Number);
      return eventTable(name, id, version);
    }),
  );
}

/** `InType name, Binary:16 name, Binary:EarlierField name`. */
export function parseFields(text: string): Field[] {
  const fields: Field[] = [];
  for (const part of text.split(', ').filter((p) => p !== '')) {
    const [type = '', name = ''] = part.split(' ');
    const [inType = '', length] = type.split(':');
    const base = { name, inType: inType as InType };
    if (length === undefined) fields.push(base);
    else if (/^\d+$/.test(length)) fields.push({ ...base, length: Number(length) });
    else fields.push({ ...base, length: { field: fields.findIndex((f) => f.name === length) } });
  }
  return fields;
}
