import { Buffer } from 'node:buffer';
import koffi from 'koffi';
import { INVALID_TRACE_HANDLE, OpenTraceMode, ProcessTraceMode } from '../abi/constants.ts';
import { ETW_OPEN_TRACE_OPTIONS, EVENT_TRACE_LOGFILEW, TRACE_LOGFILE_HEADER } from '../abi/structs.ts';
import type { ConsumerApi } from '../consumer/consumer_api.ts';
import { NativeMemory } from '../consumer/memory.ts';
import type { Called } from '../sessions/control.ts';
import { refused } from './host_failure.ts';
import { Libraries, placesFromEnvironment } from './libraries.ts';

type OpenRaw = (session: string, options: Uint8Array, header: Uint8Array) => bigint | number;
type OpenRecords = (logFile: Uint8Array) => bigint | number;
type Process = (handles: BigUint64Array, count: number, start: null, end: null) => number;
type Close = (handle: bigint) => number;
type LastError = () => number;

interface Functions {
  /** Undefined where this Windows has no raw buffers. */
  readonly openRaw: OpenRaw | undefined;
  readonly openRecords: OpenRecords;
  readonly process: Process;
  readonly close: Close;
  readonly lastError: LastError;
}

/**
 * The consumer side of ETW on this thread: callbacks come on the thread that calls process(). `library` is
 * the DLL with its functions where that is not the system's.
 */
export function openConsumer(library?: string): Called<ConsumerApi> {
  const found = findFunctions(library);
  if (found.kind === 'failed') return found;
  const functions = found.value;
  const memory = new NativeMemory((address, length) => koffi.view(address, length));
  return {
    kind: 'ok',
    value: {
      memory,
      hasRawBuffers: functions.openRaw !== undefined,
      openRaw: (session, onBuffer) => openRaw(functions, session, onBuffer),
      openRecords: (session, onRecord, onBuffer) => openRecords(functions, session, onRecord, onBuffer),
      process: (handle) => functions.process(BigUint64Array.of(handle), 1, null, null),
      close: functions.close,
    },
  };
}

/** CloseTrace, from any thread: ProcessTrace on the other returns. */
export function closeTrace(library?: string): (handle: bigint) => void {
  const found = findFunctions(library);
  return (handle) => {
    if (found.kind === 'ok') found.value.close(handle);
  };
}

function findFunctions(library: string | undefined): Called<Functions> {
  const places = placesFromEnvironment();
  const libraries = new Libraries(library === undefined ? places : { ...places, etwLibrary: library });
  const raw = libraries.find<OpenRaw>('etw', 'OpenTraceFromRealTimeLogger', 'uint64', [
    'str16',
    'void *',
    'void *',
  ]);
  const records = libraries.find<OpenRecords>('etw', 'OpenTraceW', 'uint64', ['void *']);
  const process = libraries.find<Process>('etw', 'ProcessTrace', 'uint32', [
    'void *',
    'uint32',
    'void *',
    'void *',
  ]);
  const close = libraries.find<Close>('etw', 'CloseTrace', 'uint32', ['uint64']);
  const lastError = libraries.find<LastError>('kernel32', 'GetLastError', 'uint32', []);
  for (const one of [records, process, close, lastError])
    if (one.kind !== 'found') return { kind: 'failed', error: { ...MISSING, message: one.message } };
  if (
    records.kind !== 'found' ||
    process.kind !== 'found' ||
    close.kind !== 'found' ||
    lastError.kind !== 'found'
  )
    return { kind: 'failed', error: MISSING };
  return {
    kind: 'ok',
    value: {
      openRaw: raw.kind === 'found' ? raw.call : undefined,
      openRecords: records.call,
      process: process.call,
      close: close.call,
      lastError: lastError.call,
    },
  };
}

const MISSING = {
  code: 0,
  name: 'ERROR_PROC_NOT_FOUND',
  message: 'the consumer functions of ETW are missing',
  advice: 'a live session needs Windows',
} as const;

const BUFFER_CALLBACK = koffi.proto(
  'int32 SigelBufferCallback(void *buffer, uint32 size, void *info, void *context)',
);
// The address as an integer: a pointer would come as a bigint, an allocation for each event.
const RECORD_CALLBACK = koffi.proto('void SigelRecordCallback(uint64 record)');
const LOGFILE_CALLBACK = koffi.proto('uint32 SigelLogFileCallback(void *logFile)');

/** Memory that native code has the address of; the collector must not take it. */
const KEPT: Buffer[] = [];

// Callbacks live as long as the thread: a session is consumed once, and the thread ends with it.
function openRaw(
  { openRaw: open, lastError }: Functions,
  session: string,
  onBuffer: (address: number, size: number) => boolean,
): Called<bigint> {
  if (open === undefined) return { kind: 'failed', error: MISSING };
  const callback = koffi.register(
    (buffer: bigint, size: number) => (guarded(() => onBuffer(Number(buffer), size)) ? 1 : 0),
    koffi.pointer(BUFFER_CALLBACK),
  );
  const options = Buffer.alloc(ETW_OPEN_TRACE_OPTIONS.size);
  KEPT.push(options);
  const at = ETW_OPEN_TRACE_OPTIONS.at;
  options.writeInt32LE(OpenTraceMode.rawTimestamp, at.ProcessTraceModes);
  options.writeBigUInt64LE(callback, at.BufferCallback);
  const handle = BigInt(open(session, options, Buffer.alloc(TRACE_LOGFILE_HEADER.size)));
  if (handle === INVALID_TRACE_HANDLE) return refused('OpenTraceFromRealTimeLogger', lastError());
  return { kind: 'ok', value: handle };
}

function openRecords(
  { openRecords: open, lastError }: Functions,
  session: string,
  onRecord: (address: number) => void,
  onBuffer: () => boolean,
): ReturnType<ConsumerApi['openRecords']> {
  const record = koffi.register((address: bigint | number) => {
    try {
      onRecord(Number(address));
    } catch (error) {
      tell(error);
    }
  }, koffi.pointer(RECORD_CALLBACK));
  const buffer = koffi.register(() => (guarded(onBuffer) ? 1 : 0), koffi.pointer(LOGFILE_CALLBACK));
  const name = Buffer.from(`${session}\0`, 'utf16le');
  const logFile = Buffer.alloc(EVENT_TRACE_LOGFILEW.size);
  KEPT.push(name, logFile);
  const at = EVENT_TRACE_LOGFILEW.at;
  const { realTime, rawTimestamp, eventRecord } = ProcessTraceMode;
  logFile.writeBigUInt64LE(koffi.address(name), at.LoggerName);
  logFile.writeUInt32LE(realTime | rawTimestamp | eventRecord, at.ProcessTraceMode);
  logFile.writeBigUInt64LE(record, at.EventRecordCallback);
  logFile.writeBigUInt64LE(buffer, at.BufferCallback);
  const handle = BigInt(open(logFile));
  if (handle === INVALID_TRACE_HANDLE) return refused('OpenTraceW', lastError());
  const header = logFile.subarray(at.LogfileHeader, at.LogfileHeader + TRACE_LOGFILE_HEADER.size);
  return { kind: 'ok', value: { handle, logFileHeader: Uint8Array.from(header) } };
}

// An exception must not cross native code; a false answer ends the trace, and the restart tells of it.
function guarded<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

let told = false;

// Once: what goes wrong with one event may go wrong with the next million.
function tell(error: unknown): void {
  if (told) return;
  told = true;
  process.stderr.write(`sigel: a defect in an ETW callback: ${String(error)}\n`);
}
