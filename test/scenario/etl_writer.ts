import { ByteWriter, concat } from './bytes.ts';
import type { EventSpec } from './event_headers.ts';
import { encodeEvent } from './event_headers.ts';
import type { Clock, LogHeaderFacts } from './log_header.ts';
import { encodeLogHeader, encodePartitionInfo, MODE } from './log_header.ts';
import { ProcessorBuffers, plainBuffer } from './processor_buffers.ts';
import { BUFFER_FLAG, BUFFER_HEADER_SIZE, BUFFER_TYPE, encodeBufferHeader } from './wmi_buffer.ts';

/** Something that happens to a session between events. */
export type SessionAction =
  /** The flush timer, or a stop: stores the open buffers (of one processor, or all). */
  | { readonly action: 'flush'; readonly time: number | bigint; readonly cpu?: number }
  /** The open buffer of a processor is lost with its events; counted in BuffersLost. */
  | { readonly action: 'lose_buffer'; readonly cpu: number }
  /** Events that found no buffer; counted in EventsLost and marked on the processor's next buffer. */
  | { readonly action: 'lose_events'; readonly cpu: number; readonly count: number };

/** A step of a trace. */
export type TraceStep = EventSpec | SessionAction;

/** The session of a trace. Everything has a default: 64-bit Server 2022, one processor, a 10 MHz QPC clock. */
export interface SessionSpec {
  readonly osMajor?: number;
  readonly osMinor?: number;
  readonly osBuild?: number;
  /** Processors the header states; default: the highest one used. */
  readonly processors?: number;
  /** Bitness of the header event. Default 8. */
  readonly pointerSize?: 4 | 8;
  /** Bytes; Windows takes multiples of 1 KiB. Default 65,536. */
  readonly bufferSize?: number;
  readonly loggerName?: string;
  readonly logFileName?: string;
  readonly loggerId?: number;
  readonly clock?: Clock;
  /** Ticks per second of a QPC clock. Default 10,000,000. */
  readonly perfFreq?: number | bigint;
  /** For the cycle clock. Default 2,900. */
  readonly cpuMhz?: number;
  /** FILETIMEs. */
  readonly startTime?: bigint;
  readonly endTime?: bigint;
  readonly bootTime?: bigint;
  /** Session clock at startTime. Default: ticks since bootTime for QPC, startTime for the system clock. */
  readonly startClock?: number | bigint;
  readonly logFileMode?: number;
  /** Stored values in place of the true ones: a session that still runs has 0 or 1, and no end time. */
  readonly buffersWritten?: number;
  readonly eventsLost?: number;
  readonly buffersLost?: number;
  /** XPRESS-compressed buffers, as in merged files of Windows 8 and later. */
  readonly compress?: boolean;
  /** Windows 7: no processor index in buffer headers, no partition event. Default: by OS version. */
  readonly win7?: boolean;
  /** The process and thread that started the session. */
  readonly pid?: number;
  readonly tid?: number;
  /** More events in the header buffer, after the log header. */
  readonly headerEvents?: readonly EventSpec[];
}

/** A trace: a session and its steps in the order in which they happened (per processor in time order). */
export interface TraceSpec extends SessionSpec {
  readonly steps: readonly TraceStep[];
}

/** 2026-03-02T09:15:00Z and about 13 days of uptime before it: the defaults. */
const START: bigint = 134_169_165_000_000_000n;
const UPTIME = 11_520_000_000_000n;
const TICKS_PER_SECOND = 10_000_000n;

/** Writes the bytes of an .etl file. Throws only on specs that no trace can hold (too large an event). */
export function writeTrace(spec: TraceSpec): Uint8Array {
  const session = resolve(spec);
  const buffers = new ProcessorBuffers({
    bufferSize: session.bufferSize,
    processorIndex: !session.win7,
    loggerId: session.loggerId,
    compress: session.compress,
  });
  const played = play(spec.steps, buffers, session.startClock);
  const facts: LogHeaderFacts = {
    ...session,
    processors: spec.processors ?? played.highestCpu + 1,
    endTime: spec.endTime ?? session.startTime + elapsed(session, played.lastTime),
    buffersWritten: spec.buffersWritten ?? buffers.stored.length + 1,
    eventsLost: spec.eventsLost ?? played.eventsLost,
    buffersLost: spec.buffersLost ?? played.buffersLost,
  };
  return concat([headerBuffer(facts, session, spec.headerEvents ?? []), ...buffers.stored]);
}

/** Converts a FILETIME into the session's clock. */
export function clockOf(spec: SessionSpec): (fileTime: bigint) => bigint {
  const session = resolve(spec);
  return (fileTime) => {
    const passed = fileTime - session.startTime;
    switch (session.clock) {
      case 'system':
        return session.startClock + passed;
      case 'cpu':
        return session.startClock + (passed * BigInt(session.cpuMhz)) / 10n;
      case 'qpc':
      case 'raw':
        return session.startClock + (passed * session.perfFreq) / TICKS_PER_SECOND;
    }
  };
}

type Resolved = ReturnType<typeof resolve>;

function resolve(spec: SessionSpec) {
  const compress = spec.compress ?? false;
  const osMajor = spec.osMajor ?? 10;
  const osMinor = spec.osMinor ?? 0;
  const clock = spec.clock ?? 'qpc';
  const perfFreq = BigInt(spec.perfFreq ?? TICKS_PER_SECOND);
  const startTime = spec.startTime ?? START;
  const bootTime = spec.bootTime ?? startTime - UPTIME;
  const cpuMhz = spec.cpuMhz ?? 2900;
  const sinceBoot = startTime - bootTime;
  const startClocks: Record<Clock, bigint> = {
    qpc: (sinceBoot * perfFreq) / TICKS_PER_SECOND,
    raw: (sinceBoot * perfFreq) / TICKS_PER_SECOND,
    system: startTime,
    cpu: (sinceBoot * BigInt(cpuMhz)) / 10n,
  };
  return {
    osMajor,
    osMinor,
    osBuild: spec.osBuild ?? 20348,
    formatMajor: compress ? 2 : 1,
    formatMinor: compress ? 0 : 5,
    pointerSize: spec.pointerSize ?? (8 as const),
    bufferSize: spec.bufferSize ?? 65_536,
    loggerName: spec.loggerName ?? 'Sigel Scenario',
    logFileName: spec.logFileName ?? 'C:\\ProgramData\\Sigel\\scenario.etl',
    loggerId: spec.loggerId ?? 0x21,
    clock,
    perfFreq,
    cpuMhz,
    startTime,
    bootTime,
    startClock: spec.startClock === undefined ? startClocks[clock] : BigInt(spec.startClock),
    logFileMode: spec.logFileMode ?? MODE.sequential | MODE.independent | (compress ? MODE.compressed : 0),
    compress,
    win7: spec.win7 ?? (osMajor === 6 && osMinor <= 1),
    pid: spec.pid ?? 4712,
    tid: spec.tid ?? 4728,
  };
}

/** 100 ns units from the session's start to a clock value. */
function elapsed(session: Resolved, time: bigint): bigint {
  const ticks = time - session.startClock;
  switch (session.clock) {
    case 'system':
      return ticks;
    case 'cpu':
      return (ticks * 10n) / BigInt(session.cpuMhz);
    case 'qpc':
    case 'raw':
      return (ticks * TICKS_PER_SECOND) / session.perfFreq;
  }
}

function play(steps: readonly TraceStep[], buffers: ProcessorBuffers, startClock: bigint) {
  const out = { highestCpu: 0, lastTime: startClock, eventsLost: 0, buffersLost: 0 };
  for (const step of steps) {
    const cpu = step.cpu ?? 0;
    out.highestCpu = Math.max(out.highestCpu, cpu);
    if ('time' in step && step.time !== undefined) {
      const time = BigInt(step.time);
      if (time > out.lastTime) out.lastTime = time;
    }
    if (!('action' in step)) buffers.add(cpu, encodeEvent(step), out.lastTime);
    else if (step.action === 'flush') buffers.flush(step.time, step.cpu);
    else if (step.action === 'lose_buffer') {
      buffers.loseBuffer(step.cpu);
      out.buffersLost += 1;
    } else {
      buffers.loseEvents(step.cpu);
      out.eventsLost += step.count;
    }
  }
  buffers.flush(out.lastTime);
  return out;
}

/** The first buffer: plain even in a compressed file, where it is cut to a multiple of 512 bytes. */
function headerBuffer(facts: LogHeaderFacts, session: Resolved, events: readonly EventSpec[]): Uint8Array {
  const data = new ByteWriter(1024).bytes(encodeLogHeader(facts)).align(8);
  if (!session.win7) data.bytes(encodePartitionInfo(facts)).align(8);
  for (const event of events) data.bytes(encodeEvent(event)).align(8);
  const offset = BUFFER_HEADER_SIZE + data.length;
  const bufferSize = session.compress ? Math.ceil(offset / 512) * 512 : session.bufferSize;
  if (offset > bufferSize) throw new Error(`a log header of ${offset} bytes in buffers of ${bufferSize}`);
  const index = session.win7 || session.compress ? 0 : BUFFER_FLAG.processorIndex;
  const header = encodeBufferHeader({
    bufferSize,
    offset,
    currentOffset: session.compress ? 0 : offset,
    timeStamp: 0,
    sequence: 0,
    cpu: 0,
    loggerId: session.loggerId,
    flags: BUFFER_FLAG.flushMarker | index,
    type: BUFFER_TYPE.header,
    win7: session.win7,
  });
  return plainBuffer(header, data.take(), bufferSize);
}
