import { Buffer } from 'node:buffer';
import type { LogHeader } from '../../src/etw/log_header.ts';
import { fileTimeText, timeText } from '../../src/etw/time_text.ts';
import { absent, enumeration, type FixUp, flags, fromOthers, renamed, textOf } from './oracle_fixup.ts';

const headerQpc = ({ headerTime }: LogHeader): number => headerTime.high * 2 ** 32 + headerTime.low;
/** Ticks of the session's clock as milliseconds, rounded to the microsecond, halves upwards. */
const milliseconds = (count: number, { perfFreq }: LogHeader): string =>
  (Math.round((count * 1e6) / perfFreq) / 1000).toFixed(3);
const ticks = ({ high, low }: { high: number; low: number }): bigint =>
  (BigInt(high) << 32n) | BigInt(low >>> 0);

/** What differs in events of the kernel. */
export const KERNEL: readonly FixUp[] = [
  ...renamed(
    /^Windows Kernel\/Process\//,
    { PageDirectoryBase: 'DirectoryTableBase', MemoryCount: 'PageFaultCount' },
    "TraceEvent's name",
  ),
  ...renamed(/^Windows Kernel\/(DiskIO|Memory)\//, { FileKey: 'FileObject' }, "TraceEvent's name"),
  ...renamed(/^Windows Kernel\/PerfInfo\/Collection/, { SampleSource: 'Source' }, "TraceEvent's name"),
  ...renamed(/^Windows Kernel\/SysConfig\/UnknownVolume$/, { Value: 'NtPath' }, "TraceEvent's name"),
  ...renamed(
    /^Windows Kernel\/Thread\//,
    { StartAddr: 'Affinity' },
    'version 3 of the event has the affinity mask where version 2 had the start address',
  ),
  flags(/^Windows Kernel\/Process\//, 'Flags', { 1: 'PackageFullName', 2: 'Wow64', 4: 'Protected' }),
  {
    event: /^(Windows Kernel\/Image|KernelTraceControl\/ImageID)/,
    fields: ['BuildTime'],
    reason: 'made of TimeDateStamp, seconds since 1970',
    shown: ({ data }) => timeText(Number(data['TimeDateStamp']), 0),
  },
  {
    event: /^KernelTraceControl\/ImageID$/,
    fields: ['ProcessID'],
    reason: 'TraceEvent reads four bytes too early: the size of the image is as wide as a pointer',
    shown: ({ payload }) => payload.readUInt32LE(12),
  },
  {
    event: /^Windows Kernel\/Thread\/Start$/,
    fields: ['ParentThreadID'],
    reason: 'who starts a thread stands in the header, which TraceEvent overwrites with the new thread',
    shown: ({ tid }) => tid,
  },
  {
    event: /^Windows Kernel\/Thread\/Start$/,
    fields: ['ParentProcessID'],
    reason: 'as ParentThreadID',
    shown: ({ pid }) => pid,
  },
  ...absent(
    /^Windows Kernel\/Thread\//,
    { ThreadName: '', ParentThreadID: -1, ParentProcessID: -1 },
    'ThreadName came with version 4; a thread that ends has no parent',
  ),
  {
    event: /^Windows Kernel\/PerfInfo\/Sample$/,
    fields: ['ProcessorNumber'],
    reason: "the buffer's processor",
    shown: ({ cpu }) => cpu,
  },
  {
    event: /^Windows Kernel\/PerfInfo\/Sample$/,
    fields: ['Priority'],
    reason: 'bits 3 to 7 of Flags',
    shown: ({ data }) => (Number(data['Flags']) >> 3) & 0x1f,
  },
  {
    event: /^Windows Kernel\/PerfInfo\/Sample$/,
    fields: ['ExecutingDPC'],
    reason: 'bit 0 of Flags',
    shown: ({ data }) => (Number(data['Flags']) & 1) !== 0,
  },
  {
    event: /^Windows Kernel\/PerfInfo\/Sample$/,
    fields: ['ExecutingISR'],
    reason: 'bit 1 of Flags',
    shown: ({ data }) => (Number(data['Flags']) & 2) !== 0,
  },
  {
    event: /^Windows Kernel\/UdpIp\/(Send|Recv)$/,
    fields: ['context'],
    reason: 'TraceEvent reads version 2 as version 0: process id and size are the context',
    shown: ({ payload }) => `0x${payload.readBigUInt64LE(0).toString(16)}`,
  },
  {
    event: /^Windows Kernel\/UdpIp\/(Send|Recv)$/,
    fields: ['dsize'],
    reason: 'a field of version 0, for which TraceEvent reads the sequence number',
    shown: ({ data }) => data['seqnum'],
  },
  enumeration(
    /^Windows Kernel\/DiskIO\//,
    'Priority',
    { 1: 'Verylow', 2: 'Low', 3: 'Normal', 4: 'High' },
    ({ data }) => (Number(data['IrpFlags']) >> 17) & 7,
  ),
  flags(
    /^Windows Kernel\/DiskIO\//,
    'IrpFlags',
    { 1: 'Nocache', 2: 'MountCompletion', 0x40: 'SynchronousPagingIo' },
    { mask: 0x1_ffff },
  ),
  {
    event: /^Windows Kernel\/DiskIO\//,
    fields: ['ElapsedTimeMSec'],
    reason: 'HighResResponseTime in milliseconds',
    shown: ({ data }, { header }) => milliseconds(Number(data['HighResResponseTime']), header),
  },
  fromOthers(
    /^Windows Kernel\/DiskIO\//,
    ['DiskServiceTimeMSec'],
    "depends on when the disk's request before was done",
  ),
  fromOthers(/^Windows Kernel\/(DiskIO|Memory)\//, ['FileName'], 'the name of FileObject, from name events'),
  {
    event: /^Windows Kernel\/Memory\/HardFault$/,
    fields: ['ElapsedTimeMSec'],
    reason: "from InitialTime, a reading of the session's clock, to the event",
    shown({ data, nanoseconds }, { header }) {
      const now = headerQpc(header) + (nanoseconds * header.perfFreq) / 1e9;
      return milliseconds(now - Number(data['InitialTime']), header);
    },
  },
  {
    event: /^Windows Kernel\/SystemConfig\/NIC$/,
    fields: ['PhysicalAddr'],
    reason: 'an address as a signed number',
    shown: ({ data }) => BigInt.asIntN(64, BigInt(textOf(data['PhysicalAddr']))).toLocaleString('en-US'),
  },
  fromOthers(
    /^Windows Kernel\/SystemConfig\/Services$/,
    ['ProcessName'],
    "TraceEvent's name of the process with that id, not the event's field",
  ),
  {
    event: /^Windows Kernel\/EventTrace$/,
    fields: ['UtcOffsetMinutes'],
    reason: 'the bias, the first number of TimeZoneInformation',
    shown: ({ data }) => Buffer.from(textOf(data['TimeZoneInformation']).slice(0, 8), 'hex').readInt32LE(),
  },
  {
    event: /^Windows Kernel\/EventTrace$/,
    fields: ['SessionName'],
    reason: 'stands behind the fields; the field itself is an address',
    shown: (_, { header }) => header.loggerName,
  },
  {
    event: /^Windows Kernel\/EventTrace$/,
    fields: ['LogFileName'],
    reason: 'stands behind the fields; the field itself is an address',
    shown: (_, { header }) => header.logFileName,
  },
  {
    event: /^Windows Kernel\/EventTrace$/,
    fields: ['StartTime'],
    reason: 'the header says the same',
    shown: (_, { header }) => fileTimeText(ticks(header.startTime)),
  },
];
