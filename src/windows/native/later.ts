import { parameters } from './host_calls.ts';
import type { Libraries, LibraryName } from './libraries.ts';

type Argument = number | bigint | ArrayBufferView | null;

/** A function of Windows that is called on a thread of libuv's. Undefined where the call itself failed. */
export type LaterCall = (...args: readonly Argument[]) => Promise<bigint | undefined>;

/** How koffi has a function. */
interface AsyncFunction {
  (...args: readonly Argument[]): number | bigint;
  readonly async: (...args: readonly unknown[]) => void;
}

/** What calls that run read and write must live until they end. */
const inUse = new Set<readonly Argument[]>();

/**
 * A function that may take a while; undefined where this system does not have it. What it takes is as in `callOf`, what it
 * gives `n`, a 32-bit number, or `h`, a handle.
 */
export function laterCallOf(
  libraries: Libraries,
  library: LibraryName,
  name: string,
  letters: string,
  result: 'n' | 'h' = 'n',
): LaterCall | undefined {
  const type = result === 'n' ? 'uint32' : 'uint64';
  const found = libraries.find<AsyncFunction>(library, name, type, parameters(letters));
  if (found.kind !== 'found') return undefined;
  return (...args) => {
    const { promise, resolve } = Promise.withResolvers<bigint | undefined>();
    inUse.add(args);
    found.call.async(...args, (error: unknown, value: number | bigint) => {
      inUse.delete(args);
      resolve(error === null ? BigInt(value) : undefined);
    });
    return promise;
  };
}
