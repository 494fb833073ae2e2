import koffi from 'koffi';
import { ErrorCode, ProviderControl, TraceControl, TraceQuery } from '../abi/constants.ts';
import { enableParameters, filterProblem } from '../abi/enable_parameters.ts';
import { enabledAs } from '../abi/enabled_as.ts';
import type { EtwOperation } from '../abi/error_table.ts';
import { windowsError } from '../abi/errors.ts';
import { guidBytes } from '../abi/guid_bytes.ts';
import {
  changeProperties,
  emptyProperties,
  MAX_NAME,
  PROPERTIES_SIZE,
  type PropertiesForm,
  sessionFacts,
  startProperties,
  wantsMilliseconds,
} from '../abi/session_properties.ts';
import type {
  Called,
  EnabledAs,
  EtwControl,
  ProviderEnable,
  SessionChange,
  SessionFacts,
  SessionSettings,
} from '../sessions/control.ts';
import { type EtwFunctions, etwFunctions } from './etw_functions.ts';
import type { Libraries } from './libraries.ts';

/** Windows has 64 sessions, or as many as EtwMaxLoggers says, up to this. */
const SESSIONS = 64;
const MAX_SESSIONS = 256;
/** Bytes that Windows takes to tell who has registered a provider: more for one that every process has. */
const INFO_SIZE = 16 * 1024;
const MAX_INFO_SIZE = 4 * 1024 * 1024;
const OK: Called<void> = { kind: 'ok', value: undefined };

/** The newest form first; a build that does not know one answers ERROR_INVALID_PARAMETER. */
const FORMS: readonly PropertiesForm[] = [
  { version: 2, milliseconds: true },
  { version: 2, milliseconds: false },
  { version: 1, milliseconds: true },
  { version: 1, milliseconds: false },
];

/** Session control of this host, or why there is none. */
export function etwControl(libraries: Libraries): Called<EtwControl> {
  const functions = etwFunctions(libraries);
  return functions.kind === 'ok' ? { kind: 'ok', value: new NativeControl(functions.value) } : functions;
}

/** {@link EtwControl} over the functions of ETW. Nothing throws; what Windows fills in is checked. */
export class NativeControl implements EtwControl {
  readonly #etw: EtwFunctions;

  constructor(functions: EtwFunctions) {
    this.#etw = functions;
  }

  start(settings: SessionSettings): Called<bigint> {
    const { name } = settings;
    const what = `StartTraceW of session ${name}`;
    if (!isName(name)) return failed(ErrorCode.invalidName, what, 'start');
    let code: number = ErrorCode.invalidParameter;
    const forms = FORMS.filter((form) => wantsMilliseconds(settings.flushMilliseconds) || !form.milliseconds);
    for (const form of forms) {
      const handle = new BigUint64Array(1);
      code = this.#etw.StartTraceW(handle, name, startProperties(settings, form));
      if (code === ErrorCode.success) return { kind: 'ok', value: handle[0] ?? 0n };
      if (code !== ErrorCode.invalidParameter) break;
    }
    return failed(code, what, 'start');
  }

  query(name: string): Called<SessionFacts> {
    return this.#control(name, TraceControl.query, 'query');
  }

  flush(name: string): Called<void> {
    return nothing(this.#control(name, TraceControl.flush, 'flush'));
  }

  stop(name: string): Called<SessionFacts> {
    return this.#control(name, TraceControl.stop, 'stop');
  }

  // What an update does not name must hold the value that it has, so the session is asked first.
  update(name: string, change: SessionChange): Called<void> {
    const properties = emptied();
    const asked = this.#control(name, TraceControl.query, 'query', properties);
    if (asked.kind === 'failed') return asked;
    changeProperties(properties, change);
    return nothing(this.#control(name, TraceControl.update, 'update', properties));
  }

  list(): Called<readonly SessionFacts[]> {
    let room = SESSIONS;
    for (;;) {
      const answer = this.#listOf(room);
      if (answer.kind === 'ok' || answer.error.code !== ErrorCode.moreData || room === MAX_SESSIONS)
        return answer;
      room = MAX_SESSIONS;
    }
  }

  enable(handle: bigint, provider: ProviderEnable): Called<void> {
    const what = `EnableTraceEx2 of ${provider.guid}`;
    const problem = filterProblem(provider.filters);
    if (problem !== undefined) return failed(ErrorCode.invalidParameter, `${what} (${problem})`, 'enable');
    const code = this.#etw.EnableTraceEx2(
      handle,
      guidBytes(provider.guid),
      ProviderControl.enable,
      provider.level,
      provider.matchAnyKeyword,
      provider.matchAllKeyword,
      0,
      enableParameters(provider, koffi.address),
    );
    return code === ErrorCode.success ? OK : failed(code, what, 'enable');
  }

  disable(handle: bigint, guid: string): Called<void> {
    return this.#tell(handle, guid, ProviderControl.disable, 'disable');
  }

  captureState(handle: bigint, guid: string): Called<void> {
    return this.#tell(handle, guid, ProviderControl.captureState, 'capture_state');
  }

  enabledAs(handle: bigint, guid: string): Called<EnabledAs | undefined> {
    const about = guidBytes(guid);
    const taken = new Uint32Array([INFO_SIZE]);
    for (;;) {
      const room = taken[0] ?? 0;
      const answer = new Uint8Array(room);
      const code = this.#etw.EnumerateTraceGuidsEx(
        TraceQuery.guidInfo,
        about,
        about.length,
        answer,
        room,
        taken,
      );
      if (code === ErrorCode.wmiGuidNotFound) return { kind: 'ok', value: undefined };
      const [used = 0] = taken;
      if (code === ErrorCode.success)
        return { kind: 'ok', value: enabledAs(answer.subarray(0, used), Number(handle & 0xffffn)) };
      if (code !== ErrorCode.insufficientBuffer || used <= room || used > MAX_INFO_SIZE)
        return failed(code, `EnumerateTraceGuidsEx of ${guid}`, 'enumerate');
    }
  }

  #control(
    name: string,
    code: number,
    operation: EtwOperation,
    properties: Uint8Array = emptied(),
  ): Called<SessionFacts> {
    const what = `ControlTraceW (${operation}) of session ${name}`;
    if (!isName(name)) return failed(ErrorCode.invalidName, what, operation);
    const result = this.#etw.ControlTraceW(0n, name, properties, code);
    // With ERROR_MORE_DATA all but the names is filled in, and the session's name is known.
    if (result !== ErrorCode.success && result !== ErrorCode.moreData) return failed(result, what, operation);
    const facts = sessionFacts(properties);
    return facts === undefined
      ? failed(ErrorCode.badLength, what, operation)
      : { kind: 'ok', value: { ...facts, name } };
  }

  // Pointers and properties share one buffer, which the call keeps alive.
  #listOf(room: number): Called<readonly SessionFacts[]> {
    const all = new Uint8Array(room * 8 + room * PROPERTIES_SIZE);
    const view = new DataView(all.buffer);
    const base = koffi.address(all);
    const places = Array.from({ length: room }, (_, i) => {
      const at = room * 8 + i * PROPERTIES_SIZE;
      view.setBigUint64(i * 8, base + BigInt(at), true);
      const properties = all.subarray(at, at + PROPERTIES_SIZE);
      emptyProperties(properties);
      return properties;
    });
    const used = new Uint32Array(1);
    const code = this.#etw.QueryAllTracesW(all, room, used);
    if (code !== ErrorCode.success) return failed(code, 'QueryAllTracesW', 'list');
    const facts = places.slice(0, used[0]).map((properties) => sessionFacts(properties));
    return { kind: 'ok', value: facts.filter((one) => one !== undefined) };
  }

  #tell(handle: bigint, guid: string, code: number, operation: EtwOperation): Called<void> {
    const result = this.#etw.EnableTraceEx2(handle, guidBytes(guid), code, 0, 0n, 0n, 0, null);
    return result === ErrorCode.success
      ? OK
      : failed(result, `EnableTraceEx2 (${operation}) of ${guid}`, operation);
  }
}

function emptied(): Uint8Array {
  const bytes = new Uint8Array(PROPERTIES_SIZE);
  emptyProperties(bytes);
  return bytes;
}

function nothing(called: Called<unknown>): Called<void> {
  return called.kind === 'ok' ? OK : called;
}

function isName(name: string): boolean {
  return name !== '' && name.length < MAX_NAME && !name.includes('\0');
}

function failed(code: number, what: string, operation: EtwOperation): Called<never> {
  return { kind: 'failed', error: windowsError(code, what, operation) };
}
