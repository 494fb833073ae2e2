import { missingFunction } from '../abi/errors.ts';
import type { Called } from '../sessions/control.ts';
import type { Libraries, NativeType } from './libraries.ts';

/** The controller functions of ETW. Structs are buffers; each returns a system error code. */
export interface EtwFunctions {
  readonly StartTraceW: (handle: BigUint64Array, name: string, properties: Uint8Array) => number;
  readonly ControlTraceW: (handle: bigint, name: string, properties: Uint8Array, code: number) => number;
  /** `properties` holds `count` pointers to EVENT_TRACE_PROPERTIES. */
  readonly QueryAllTracesW: (properties: Uint8Array, count: number, used: Uint32Array) => number;
  readonly EnableTraceEx2: (
    handle: bigint,
    provider: Uint8Array,
    code: number,
    level: number,
    matchAnyKeyword: bigint,
    matchAllKeyword: bigint,
    timeoutMs: number,
    parameters: Uint8Array | null,
  ) => number;
  /** `taken` gets the bytes that were written, or would be. */
  readonly EnumerateTraceGuidsEx: (
    what: number,
    about: Uint8Array,
    aboutSize: number,
    answer: Uint8Array,
    room: number,
    taken: Uint32Array,
  ) => number;
}

const SIGNATURES: Readonly<Record<keyof EtwFunctions, readonly NativeType[]>> = {
  StartTraceW: ['void *', 'str16', 'void *'],
  ControlTraceW: ['uint64', 'str16', 'void *', 'uint32'],
  QueryAllTracesW: ['void *', 'uint32', 'void *'],
  EnableTraceEx2: ['uint64', 'void *', 'uint32', 'uint8', 'uint64', 'uint64', 'uint32', 'void *'],
  EnumerateTraceGuidsEx: ['uint32', 'void *', 'uint32', 'void *', 'uint32', 'void *'],
};

/** Looks the functions up; fails with the first one that is not there. */
export function etwFunctions(libraries: Libraries): Called<EtwFunctions> {
  const calls: Record<string, unknown> = {};
  for (const [name, parameters] of Object.entries(SIGNATURES)) {
    const found = libraries.find('etw', name, 'uint32', parameters);
    if (found.kind !== 'found') return { kind: 'failed', error: missingFunction(found.message) };
    calls[name] = found.call;
  }
  return { kind: 'ok', value: calls as unknown as EtwFunctions };
}
