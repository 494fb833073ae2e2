import type { Called } from '../sessions/control.ts';
import type { NativeMemory } from './memory.ts';

/** A real-time session opened for its EVENT_RECORDs. */
export interface OpenedRecords {
  readonly handle: bigint;
  /** EVENT_TRACE_LOGFILEW.LogfileHeader: a TRACE_LOGFILE_HEADER of 280 bytes. */
  readonly logFileHeader: Uint8Array;
}

/**
 * The consumer side of ETW as the worker thread uses it. native/consumer_functions.ts asks Windows; a test
 * has a fake. Callbacks run inside process(), on the thread that called it; addresses hold during the call.
 */
export interface ConsumerApi {
  readonly memory: NativeMemory;
  /** Whether OpenTraceFromRealTimeLogger is there: since Windows 11 22H2 and Server 2022. */
  readonly hasRawBuffers: boolean;
  /** Opens a session for whole buffers; `onBuffer` gets ETW_BUFFER_HEADER's address and the buffer's size. */
  openRaw(session: string, onBuffer: (address: number, size: number) => boolean): Called<bigint>;
  /** Opens a session for EVENT_RECORDs; `onBuffer` is called behind the events of each buffer. */
  openRecords(
    session: string,
    onRecord: (address: number) => void,
    onBuffer: () => boolean,
  ): Called<OpenedRecords>;
  /** ProcessTrace: calls back until the session ends or is closed; the system's error code, 0 for an end. */
  process(handle: bigint): number;
  /** CloseTrace; any thread may call it. The system's error code. */
  close(handle: bigint): number;
}
