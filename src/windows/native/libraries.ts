import { win32 } from 'node:path';
import process from 'node:process';
import koffi, { type LibraryHandle, type TypeObject } from 'koffi';

type KoffiFunction = ReturnType<LibraryHandle['func']>;

/** What a function takes and gives: a koffi type, or its name. */
export type NativeType = string | TypeObject;

/** A function of a DLL, or why there is none; GetProcAddress tells these apart as well. */
export type Found<F> =
  | { readonly kind: 'found'; readonly call: F }
  | { readonly kind: 'no_library'; readonly message: string }
  | { readonly kind: 'not_exported'; readonly message: string };

/** Sets of functions and the DLLs of System32 that export them, in the order in which they are asked. */
const LIBRARIES = {
  // Server 2022 exports OpenTraceFromRealTimeLogger from sechost.dll; advapi32.dll may not forward it.
  etw: ['advapi32.dll', 'sechost.dll'],
  tdh: ['tdh.dll'],
  kernel32: ['kernel32.dll'],
  advapi32: ['advapi32.dll'],
  ntdll: ['ntdll.dll'],
  wintrust: ['wintrust.dll'],
  crypt32: ['crypt32.dll'],
  wevtapi: ['wevtapi.dll'],
  // Beside ntdll, since a stand-in may take the place of these alone.
  jobs: ['ntdll.dll'],
} as const;

/** A set of functions. */
export type LibraryName = keyof typeof LIBRARIES;

/** Where DLLs come from. */
export interface LibraryPlaces {
  /** Absolute path of a DLL that takes the place of those of `etw` and `tdh`: a stand-in, in tests only. */
  readonly etwLibrary?: string | undefined;
  /** The same for `jobs`. */
  readonly jobLibrary?: string | undefined;
  /** The same for `wintrust`. */
  readonly trustLibrary?: string | undefined;
  /** The same for `wevtapi`. */
  readonly eventLogLibrary?: string | undefined;
  /** The folder of Windows. */
  readonly systemRoot: string;
}

/**
 * The places as the environment has them. `SIGEL_TEST_ETW_LIBRARY` and `SIGEL_TEST_EVENT_LOG_LIBRARY` are for tests: whoever
 * sets the environment of a service could as well replace its program.
 */
export function placesFromEnvironment(env: NodeJS.ProcessEnv = process.env): LibraryPlaces {
  const root = env['SystemRoot'] ?? '';
  return {
    etwLibrary: env['SIGEL_TEST_ETW_LIBRARY'] || undefined,
    eventLogLibrary: env['SIGEL_TEST_EVENT_LOG_LIBRARY'] || undefined,
    systemRoot: /^[A-Za-z]:\\/.test(root) ? root : 'C:\\Windows',
  };
}

/**
 * Loads system DLLs and looks up their functions. Every DLL is loaded by its full path, so that none of the
 * same name beside the program or in the current folder is taken instead. Nothing throws.
 */
export class Libraries {
  readonly #places: LibraryPlaces;
  readonly #loaded = new Map<string, LibraryHandle | string>();

  constructor(places: LibraryPlaces = placesFromEnvironment()) {
    this.#places = places;
  }

  /** A function by its exported name. `F` is what it is in TypeScript; the types must say the same. */
  find<F extends (...args: never[]) => unknown>(
    library: LibraryName,
    name: string,
    result: NativeType,
    parameters: readonly NativeType[],
  ): Found<F> {
    let refused: Found<F> | undefined;
    for (const path of this.#paths(library)) {
      const loaded = this.#load(path);
      if (typeof loaded === 'string') {
        refused ??= { kind: 'no_library', message: loaded };
        continue;
      }
      const call = functionOf(loaded, name, result, parameters);
      if (call !== undefined) return { kind: 'found', call: call as unknown as F };
      if (refused?.kind !== 'not_exported')
        refused = { kind: 'not_exported', message: `${path} does not export ${name}` };
    }
    return refused ?? { kind: 'no_library', message: `no library of ${library}` };
  }

  #paths(library: LibraryName): readonly string[] {
    const { etwLibrary, jobLibrary, trustLibrary, eventLogLibrary, systemRoot } = this.#places;
    if (jobLibrary !== undefined && library === 'jobs') return [jobLibrary];
    if (trustLibrary !== undefined && library === 'wintrust') return [trustLibrary];
    if (eventLogLibrary !== undefined && library === 'wevtapi') return [eventLogLibrary];
    if (etwLibrary !== undefined && (library === 'etw' || library === 'tdh')) return [etwLibrary];
    return LIBRARIES[library].map((file) => win32.join(systemRoot, 'System32', file));
  }

  /** The library, or why it cannot be loaded. */
  #load(path: string): LibraryHandle | string {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const loaded = tryLoad(path);
    this.#loaded.set(path, loaded);
    return loaded;
  }
}

function tryLoad(path: string): LibraryHandle | string {
  // A stand-in may have a Unix path where the tests run on Linux.
  if (!win32.isAbsolute(path)) return `${path}: not an absolute path`;
  try {
    return koffi.load(path);
  } catch (error) {
    return `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function functionOf(
  library: LibraryHandle,
  name: string,
  result: NativeType,
  parameters: readonly NativeType[],
): KoffiFunction | undefined {
  try {
    library.symbol(name);
  } catch {
    return undefined;
  }
  return library.func(name, result, [...parameters]);
}
