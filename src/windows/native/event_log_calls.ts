import { ErrorCode } from '../abi/constants.ts';
import { EventLogError, EvtRender, EvtSubscribe } from '../abi/event_log_constants.ts';
import type { EventLogCalls, EventLogHandle, SubscriptionStart } from '../event_log/event_log_calls.ts';
import type { Called } from '../sessions/control.ts';
import { refused } from './host_failure.ts';
import { fromWide, wide } from './host_text.ts';
import type { Libraries, LibraryName, NativeType } from './libraries.ts';

type Handle = bigint | number;

/** The functions as they are called; all give GetLastError's code where they give 0. */
interface Functions {
  readonly CreateEventW: (security: null, manual: number, signalled: number, name: null) => Handle;
  readonly CloseHandle: (handle: Handle) => number;
  readonly GetLastError: () => number;
  readonly EvtSubscribe: (
    session: null,
    signal: Handle,
    channel: Uint8Array,
    query: Uint8Array,
    bookmark: Handle,
    context: null,
    callback: null,
    flags: number,
  ) => Handle;
  readonly EvtNext: (
    subscription: Handle,
    size: number,
    events: BigUint64Array,
    timeoutMs: number,
    flags: number,
    returned: Uint32Array,
  ) => number;
  readonly EvtRender: (
    context: null,
    fragment: Handle,
    flags: number,
    size: number,
    buffer: Uint16Array,
    used: Uint32Array,
    properties: Uint32Array,
  ) => number;
  readonly EvtCreateBookmark: (xml: Uint8Array | null) => Handle;
  readonly EvtUpdateBookmark: (bookmark: Handle, event: Handle) => number;
  readonly EvtClose: (handle: Handle) => number;
}

type Signature = readonly [library: LibraryName, result: NativeType, parameters: readonly NativeType[]];
const P = 'void *';
const SIGNATURES: Readonly<Record<keyof Functions, Signature>> = {
  CreateEventW: ['kernel32', 'uint64', [P, 'int32', 'int32', P]],
  CloseHandle: ['kernel32', 'int32', ['uint64']],
  GetLastError: ['kernel32', 'uint32', []],
  EvtSubscribe: ['wevtapi', 'uint64', [P, 'uint64', P, P, 'uint64', P, P, 'uint32']],
  EvtNext: ['wevtapi', 'int32', ['uint64', 'uint32', P, 'uint32', 'uint32', P]],
  EvtRender: ['wevtapi', 'int32', [P, 'uint64', 'uint32', 'uint32', P, P, P]],
  EvtCreateBookmark: ['wevtapi', 'uint64', [P]],
  EvtUpdateBookmark: ['wevtapi', 'int32', ['uint64', 'uint64']],
  EvtClose: ['wevtapi', 'int32', ['uint64']],
};

/** UTF-16 units; more than almost every event has. */
const FIRST_SIZE = 32_768;
/** An event has at most 64 KiB, its XML some times as much; in UTF-16 units. */
const MAX_SIZE = 2 ** 20;

/** The functions of wevtapi.dll that read event logs, or why there are none. */
export function eventLogCalls(libraries: Libraries): Called<EventLogCalls> {
  const functions: Record<string, unknown> = {};
  for (const [name, [library, result, parameters]] of Object.entries(SIGNATURES)) {
    const found = libraries.find(library, name, result, parameters);
    if (found.kind !== 'found') return refused(`Reading event logs (${found.message})`, 0);
    functions[name] = found.call;
  }
  return { kind: 'ok', value: new WindowsEventLog(functions as unknown as Functions) };
}

class WindowsEventLog implements EventLogCalls {
  readonly #f: Functions;
  /** Of each subscription: Windows wants an event to signal, though nobody waits for it. */
  readonly #signals = new Map<EventLogHandle, Handle>();
  #buffer = new Uint16Array(FIRST_SIZE);

  constructor(functions: Functions) {
    this.#f = functions;
  }

  subscribe(channel: string, query: string, start: SubscriptionStart): Called<EventLogHandle> {
    const bookmark = typeof start === 'object' ? this.#readBookmark(start.bookmark) : OK_NONE;
    if (bookmark.kind === 'failed') return bookmark;
    const signal = this.#f.CreateEventW(null, 1, 0, null);
    const names = [wide(channel), wide(query)] as const;
    const handle = BigInt(
      this.#f.EvtSubscribe(null, signal, ...names, bookmark.value, null, null, flagsOf(start)),
    );
    const code = handle === 0n ? this.#f.GetLastError() : 0;
    if (bookmark.value !== 0n) this.close(bookmark.value);
    if (handle !== 0n) {
      this.#signals.set(handle, signal);
      return { kind: 'ok', value: handle };
    }
    this.#f.CloseHandle(signal);
    return refused(`EvtSubscribe of ${channel}`, code, adviceOf(code));
  }

  next(subscription: EventLogHandle, most: number): Called<readonly EventLogHandle[]> {
    const events = new BigUint64Array(most);
    const returned = new Uint32Array(1);
    if (this.#f.EvtNext(subscription, most, events, 0, 0, returned) !== 0)
      return { kind: 'ok', value: [...events.subarray(0, returned[0])] };
    const code = this.#f.GetLastError();
    const isEmpty = code === EventLogError.noMoreItems || code === EventLogError.timeout;
    return isEmpty ? { kind: 'ok', value: [] } : refused('EvtNext', code);
  }

  renderEvent(event: EventLogHandle): Called<string> {
    return this.#render(event, EvtRender.eventXml);
  }

  bookmarkOf(event: EventLogHandle): Called<string> {
    const bookmark = BigInt(this.#f.EvtCreateBookmark(null));
    if (bookmark === 0n) return refused('EvtCreateBookmark', this.#f.GetLastError());
    try {
      if (this.#f.EvtUpdateBookmark(bookmark, event) === 0)
        return refused('EvtUpdateBookmark', this.#f.GetLastError());
      return this.#render(bookmark, EvtRender.bookmark);
    } finally {
      this.close(bookmark);
    }
  }

  close(handle: EventLogHandle): void {
    this.#f.EvtClose(handle);
    const signal = this.#signals.get(handle);
    if (signal === undefined) return;
    this.#signals.delete(handle);
    this.#f.CloseHandle(signal);
  }

  #readBookmark(xml: string): Called<EventLogHandle> {
    const handle = BigInt(this.#f.EvtCreateBookmark(wide(xml)));
    if (handle === 0n) return refused('EvtCreateBookmark of what was kept', this.#f.GetLastError());
    return { kind: 'ok', value: handle };
  }

  // Asked once more with what it needs, where that is more than there is.
  #render(fragment: EventLogHandle, flags: number): Called<string> {
    const used = new Uint32Array(1);
    const properties = new Uint32Array(1);
    for (let tries = 0; ; tries++) {
      const buffer = this.#buffer;
      if (this.#f.EvtRender(null, fragment, flags, buffer.byteLength, buffer, used, properties) !== 0)
        return { kind: 'ok', value: fromWide(buffer.subarray(0, (used[0] ?? 0) >> 1)) };
      const code = this.#f.GetLastError();
      const needed = ((used[0] ?? 0) + 1) >> 1;
      if (code !== EventLogError.insufficientBuffer || tries > 0 || needed > MAX_SIZE)
        return refused('EvtRender', code);
      this.#buffer = new Uint16Array(Math.max(needed, FIRST_SIZE));
    }
  }
}

const OK_NONE: Called<EventLogHandle> = { kind: 'ok', value: 0n };

function flagsOf(start: SubscriptionStart): number {
  if (typeof start === 'object') return EvtSubscribe.startAfterBookmark;
  return start === 'new' ? EvtSubscribe.toFutureEvents : EvtSubscribe.startAtOldestRecord;
}

function adviceOf(code: number): string | undefined {
  if (code === ErrorCode.accessDenied) return 'run as LocalSystem or as a member of Event Log Readers';
  return code === EventLogError.channelNotFound ? 'this Windows has no such log' : undefined;
}
