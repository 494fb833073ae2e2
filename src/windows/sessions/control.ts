import type { WindowsError } from '../abi/errors.ts';

/** What a call of the system comes to: no exception for what a system may answer. */
export type Called<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: WindowsError };

/** The clock that stamps a session's events (WNODE_HEADER.ClientContext 1, 2, 3). */
export type SessionClock = 'qpc' | 'system' | 'cpu';

/** How a real-time session is made; see EVENT_TRACE_PROPERTIES_V2. */
export interface SessionSettings {
  readonly name: string;
  /** The owner mark: the session's GUID (see owner.ts), lower case without braces. */
  readonly guid: string;
  readonly bufferSizeKiB: number;
  readonly minimumBuffers: number;
  readonly maximumBuffers: number;
  /** How long an event may wait in a buffer that is not full. Below 1,000 with USE_MS_FLUSH_TIMER. */
  readonly flushMilliseconds: number;
  readonly clock: SessionClock;
  /** A system logger (EVENT_TRACE_SYSTEM_LOGGER_MODE): it can take kernel events. */
  readonly systemLogger: boolean;
  /** EnableFlags of a system logger before Windows build 20348; 0 for none. */
  readonly enableFlags: number;
}

/** What ETW says of a running session. Counters only grow. */
export interface SessionFacts {
  readonly handle: bigint;
  readonly name: string;
  readonly guid: string;
  readonly logFileMode: number;
  readonly bufferSizeKiB: number;
  readonly minimumBuffers: number;
  readonly maximumBuffers: number;
  readonly flushMilliseconds: number;
  readonly clock: SessionClock;
  readonly buffers: number;
  readonly freeBuffers: number;
  readonly buffersWritten: number;
  readonly eventsLost: number;
  readonly logBuffersLost: number;
  readonly realTimeBuffersLost: number;
}

/** Filters that the kernel applies before an event is written (EVENT_FILTER_DESCRIPTOR). */
export interface ProviderFilters {
  /** Event ids let through (`in`) or left out. At most 64. */
  readonly eventIds?: { readonly in: boolean; readonly ids: readonly number[] };
  /** Processes whose events are taken. At most 8. */
  readonly pids?: readonly number[];
  /** Executable names (`w3wp.exe`) whose events are taken; joined by `;`. */
  readonly executables?: readonly string[];
}

/** What a session asks of a provider, as far as Windows tells it again; filters it does not. */
export interface EnabledAs {
  /** 1 critical to 5 verbose; 255 everything. */
  readonly level: number;
  readonly matchAnyKeyword: bigint;
  readonly matchAllKeyword: bigint;
  /** EVENT_ENABLE_PROPERTY_*. */
  readonly enableProperties: number;
}

/** A provider as EnableTraceEx2 enables it. */
export interface ProviderEnable extends EnabledAs {
  readonly guid: string;
  readonly filters: ProviderFilters;
}

/** What can be changed while a session runs; what is left out stays. */
export interface SessionChange {
  readonly maximumBuffers?: number;
  readonly flushMilliseconds?: number;
}

/** The controller side of ETW. native/etw_control.ts asks Windows; tests have a fake. */
export interface EtwControl {
  /** StartTraceW; the handle controls the session. */
  start(settings: SessionSettings): Called<bigint>;
  /** ControlTraceW(QUERY) by name. */
  query(name: string): Called<SessionFacts>;
  /** ControlTraceW(FLUSH) by name. */
  flush(name: string): Called<void>;
  /** ControlTraceW(UPDATE) by name. */
  update(name: string, change: SessionChange): Called<void>;
  /** ControlTraceW(STOP) by name; its last counters. */
  stop(name: string): Called<SessionFacts>;
  /** QueryAllTracesW: all sessions that the account may see. */
  list(): Called<readonly SessionFacts[]>;
  /** EnableTraceEx2 with EVENT_CONTROL_CODE_ENABLE_PROVIDER. */
  enable(handle: bigint, provider: ProviderEnable): Called<void>;
  /** EnableTraceEx2 with EVENT_CONTROL_CODE_DISABLE_PROVIDER. */
  disable(handle: bigint, guid: string): Called<void>;
  /** EnableTraceEx2 with EVENT_CONTROL_CODE_CAPTURE_STATE: a rundown of what is there. */
  captureState(handle: bigint, guid: string): Called<void>;
  /** EnumerateTraceGuidsEx: how the session has a provider enabled; undefined where it has not. */
  enabledAs(handle: bigint, guid: string): Called<EnabledAs | undefined>;
}
