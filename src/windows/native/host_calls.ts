import type { Libraries, LibraryName } from './libraries.ts';

/** A function of Windows: numbers, handles as bigint, and memory as typed arrays; null for no memory. */
export type Call = (...args: readonly (number | bigint | ArrayBufferView | null)[]) => number;

/** What a function takes: `p` memory, `h` a handle or an address, `n` a 32-bit number. One letter each. */
const TYPES: Readonly<Record<string, string>> = { p: 'void *', h: 'uint64', n: 'uint32' };

/** koffi's types of the parameters that `letters` stand for: `pnp` is memory, number, memory. */
export function parameters(letters: string): string[] {
  return Array.from(letters, (letter) => TYPES[letter] ?? 'void *');
}

/** A function that gives a 32-bit number; undefined where this system does not have it. */
export function callOf(
  libraries: Libraries,
  library: LibraryName,
  name: string,
  letters: string,
): Call | undefined {
  const found = libraries.find<Call>(library, name, 'uint32', parameters(letters));
  return found.kind === 'found' ? found.call : undefined;
}
