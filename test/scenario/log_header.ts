import { ByteWriter } from './bytes.ts';
import { encodeEvent } from './event_headers.ts';

/** Session clocks by TRACE_LOGFILE_HEADER.ReservedFlags (clock type). */
export const CLOCK = { raw: 0, qpc: 1, system: 2, cpu: 3 } as const;

/** The clock of a session: `qpc` is what Windows uses unless told otherwise. */
export type Clock = keyof typeof CLOCK;

/** LogFileMode bits (EVENT_TRACE_*_MODE, evntrace.h) that a scenario may want. */
export const MODE = {
  sequential: 0x1,
  circular: 0x2,
  append: 0x4,
  newFile: 0x8,
  preallocate: 0x20,
  secure: 0x80,
  realTime: 0x100,
  relog: 0x10000,
  systemLogger: 0x2000000,
  compressed: 0x4000000,
  independent: 0x8000000,
} as const;

/** The facts that the first event of a trace states about it. FILETIMEs are 100 ns units since 1601. */
export interface LogHeaderFacts {
  readonly bufferSize: number;
  /** Windows: 6.1, 6.2, 10.0. */
  readonly osMajor: number;
  readonly osMinor: number;
  /** Log format: 1.5 since Windows 7, 2.0 when compressed. */
  readonly formatMajor: number;
  readonly formatMinor: number;
  readonly osBuild: number;
  readonly processors: number;
  readonly endTime: bigint;
  readonly logFileMode: number;
  readonly buffersWritten: number;
  readonly pointerSize: 4 | 8;
  readonly eventsLost: number;
  readonly cpuMhz: number;
  readonly bootTime: bigint;
  readonly perfFreq: bigint;
  readonly startTime: bigint;
  readonly clock: Clock;
  readonly buffersLost: number;
  readonly loggerName: string;
  readonly logFileName: string;
  /** Time field of the header event: the session clock at StartTime. */
  readonly startClock: bigint;
  /** The process and thread that started the session. */
  readonly pid: number;
  readonly tid: number;
}

/** The SYSTEM event with HookId 0 that opens every trace; its payload is TRACE_LOGFILE_HEADER and two names. */
export function encodeLogHeader(facts: LogHeaderFacts): Uint8Array {
  const { pointerSize } = facts;
  const payload = new ByteWriter(512)
    .u32(facts.bufferSize)
    .u8(facts.osMajor)
    .u8(facts.osMinor)
    .u8(facts.formatMajor)
    .u8(facts.formatMinor)
    .u32(facts.osBuild)
    .u32(facts.processors)
    .u64(facts.endTime)
    .u32(TIMER_RESOLUTION)
    .u32(0) // MaximumFileSize, MB: no limit
    .u32(facts.logFileMode)
    .u32(facts.buffersWritten)
    .u32(1) // StartBuffers
    .u32(pointerSize)
    .u32(facts.eventsLost)
    .u32(facts.cpuMhz)
    // LoggerName and LogFileName are pointers in memory; on disk they hold small leftovers.
    .pointer(10, pointerSize)
    .pointer(7, pointerSize)
    .bytes(timeZone())
    .fill(4)
    .u64(facts.bootTime)
    .u64(facts.perfFreq)
    .u64(facts.startTime)
    .u32(CLOCK[facts.clock])
    .u32(facts.buffersLost)
    .utf16(`${facts.loggerName}\0`)
    .utf16(`${facts.logFileName}\0`)
    .take();
  return kernelRecord(facts, 0x00, payload);
}

/** The partition event (HookId 0x0050) that Windows 10 and later write after the header: zeros on a host. */
export function encodePartitionInfo(facts: LogHeaderFacts): Uint8Array {
  return kernelRecord(facts, 0x50, new Uint8Array(48));
}

function kernelRecord(facts: LogHeaderFacts, type: number, payload: Uint8Array): Uint8Array {
  const { pointerSize, pid, tid, startClock: time } = facts;
  return encodeEvent({ header: 'system', group: 0, type, version: 2, time, pid, tid, pointerSize, payload });
}

/** 15.6256 ms in 100 ns units, as servers report it. */
const TIMER_RESOLUTION = 156_250;

/** TIME_ZONE_INFORMATION (172 bytes) of a server in UTC: no bias, names as resource references. */
function timeZone(): Uint8Array {
  const out = new ByteWriter(172).u32(0);
  out.utf16('@tzres.dll,-932'.padEnd(32, '\0')).fill(16).u32(0);
  out.utf16('@tzres.dll,-931'.padEnd(32, '\0')).fill(16).u32(0);
  return out.take();
}
