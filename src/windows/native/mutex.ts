import { ErrorCode, WaitResult } from '../abi/constants.ts';
import { missingFunction, windowsError } from '../abi/errors.ts';
import type { Called } from '../sessions/control.ts';
import type { Claim, Liveness } from '../sessions/owner.ts';
import type { Libraries, NativeType } from './libraries.ts';

/** The functions of kernel32.dll that a named mutex needs. */
export interface MutexFunctions {
  readonly CreateMutexW: (security: null, owned: number, name: string) => bigint | number;
  readonly WaitForSingleObject: (handle: bigint, timeoutMs: number) => number;
  readonly ReleaseMutex: (handle: bigint) => number;
  readonly CloseHandle: (handle: bigint) => number;
  readonly GetLastError: () => number;
}

const SIGNATURES: Readonly<Record<keyof MutexFunctions, readonly [NativeType, readonly NativeType[]]>> = {
  CreateMutexW: ['uint64', ['void *', 'int32', 'str16']],
  WaitForSingleObject: ['uint32', ['uint64', 'uint32']],
  ReleaseMutex: ['int32', ['uint64']],
  CloseHandle: ['int32', ['uint64']],
  GetLastError: ['uint32', []],
};

/** Claims by named mutexes of this host, or why there are none. */
export function mutexLiveness(libraries: Libraries): Called<Liveness> {
  const calls: Record<string, unknown> = {};
  for (const [name, [result, parameters]] of Object.entries(SIGNATURES)) {
    const found = libraries.find('kernel32', name, result, parameters);
    if (found.kind !== 'found') return { kind: 'failed', error: missingFunction(found.message) };
    calls[name] = found.call;
  }
  return { kind: 'ok', value: new MutexLiveness(calls as unknown as MutexFunctions) };
}

/**
 * What this process holds. A thread gets a mutex that it has as often as it asks, so a second claim here would
 * succeed without this.
 */
const HELD = new Set<string>();

/**
 * A claim is a named mutex that the claiming thread owns. Windows gives it up when the thread ends, however it
 * ends, so a claim never outlives its owner. Claims must be made and released on the main thread.
 */
export class MutexLiveness implements Liveness {
  readonly #kernel: MutexFunctions;

  constructor(functions: MutexFunctions) {
    this.#kernel = functions;
  }

  claim(name: string): Claim {
    const { CreateMutexW, WaitForSingleObject, CloseHandle, GetLastError } = this.#kernel;
    if (HELD.has(name)) return { kind: 'taken' };
    // Not owned from the start: of a mutex that exists, that would tell nothing.
    const handle = BigInt(CreateMutexW(null, 0, name));
    if (handle === 0n) {
      const code = GetLastError();
      // It exists, and belongs to an account that keeps it from us: whoever has it lives.
      if (code === ErrorCode.accessDenied) return { kind: 'taken' };
      return { kind: 'failed', error: windowsError(code, `CreateMutexW of ${name}`) };
    }
    const waited = WaitForSingleObject(handle, 0);
    if (waited === WaitResult.object0 || waited === WaitResult.abandoned)
      return { kind: 'ours', abandoned: waited === WaitResult.abandoned, release: this.#hold(name, handle) };
    const code = waited === WaitResult.timeout ? 0 : GetLastError();
    CloseHandle(handle);
    if (waited === WaitResult.timeout) return { kind: 'taken' };
    return { kind: 'failed', error: windowsError(code, `WaitForSingleObject of ${name}`) };
  }

  #hold(name: string, handle: bigint): () => void {
    HELD.add(name);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      HELD.delete(name);
      this.#kernel.ReleaseMutex(handle);
      this.#kernel.CloseHandle(handle);
    };
  }
}
