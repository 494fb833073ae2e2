/** A window covers this much from a multiple of it on, and as much more as one read may need. */
const WINDOW = 64 * 1024 * 1024;
/** The longest read: a session buffer of 16 MiB. */
const LONGEST = 16 * 1024 * 1024 + 4096;
const MAX_WINDOWS = 16;
/** Nothing is ever mapped below this address, and a window cannot begin at 0. */
const FIRST_ADDRESS = 64 * 1024;
/** User-space addresses of 64-bit Windows end here; numbers hold them exactly. */
const LAST_ADDRESS = 2 ** 47;

interface Window {
  readonly base: number;
  readonly view: DataView<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the process's own memory at addresses that ETW hands to its callbacks. Each call into native code
 * costs more than reading an event, so a window over a stretch of addresses is mapped once and used as long
 * as the addresses stay near each other. Only what the caller was given is ever read.
 */
export class NativeMemory {
  readonly #map: (address: bigint, length: number) => ArrayBuffer;
  readonly #windows: Window[] = [];
  #current: Window | undefined;
  /** The one before: a record and its payload lie in two, in turns. */
  #previous: Window | undefined;

  /** `map` makes an ArrayBuffer over native memory (koffi.view). */
  constructor(map: (address: bigint, length: number) => ArrayBuffer) {
    this.#map = map;
  }

  /** The memory that the last {@link NativeMemory.locate} found, as a view. */
  get view(): DataView<ArrayBuffer> {
    return (this.#current as Window).view;
  }

  /** The same as bytes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return (this.#current as Window).bytes;
  }

  /**
   * Makes `view` and `bytes` cover an address, and as many bytes from there as said; returns its offset.
   * @throws RangeError for what cannot be an address or length of ETW's.
   */
  locate(address: number, length: number): number {
    if (!(address >= FIRST_ADDRESS && address + length < LAST_ADDRESS && length <= LONGEST))
      throw new RangeError(`no ${length} bytes of memory at ${address}`);
    const base = FIRST_ADDRESS + Math.floor((address - FIRST_ADDRESS) / WINDOW) * WINDOW;
    if (this.#current?.base !== base) this.#change(base);
    return address - base;
  }

  #change(base: number): void {
    const next = this.#previous?.base === base ? this.#previous : this.#window(base);
    this.#previous = this.#current;
    this.#current = next;
  }

  #window(base: number): Window {
    const known = this.#windows.find((window) => window.base === base);
    if (known !== undefined) return known;
    const memory = this.#map(BigInt(base), WINDOW + LONGEST);
    const made = { base, view: new DataView(memory), bytes: new Uint8Array(memory) };
    this.#windows.push(made);
    if (this.#windows.length > MAX_WINDOWS) this.#windows.shift();
    return made;
  }
}

/** An address in memory: a 64-bit integer below 2^47, as a number. */
export function pointerAt(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 4294967296;
}
