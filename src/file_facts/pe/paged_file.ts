import { Buffer } from 'node:buffer';

/** Reads bytes of a file at an offset; fewer at its end. Rejects where the file cannot be read. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

const PAGE = 16 * 1024;

/**
 * A file of untrusted bytes, read in pages that are kept, and no more of them than it may cost: whatever offsets a
 * file makes a parser follow, the work ends.
 */
export class PagedFile {
  readonly #readAt: ReadAt;
  readonly #pages = new Map<number, DataView>();
  readonly #maxPages: number;

  /** `maxBytes` is how much of the file is read at most. */
  constructor(readAt: ReadAt, maxBytes: number) {
    this.#readAt = readAt;
    this.#maxPages = Math.ceil(maxBytes / PAGE);
  }

  /** These bytes; undefined where the file does not have them all, or too much of it was read already. */
  async bytes(offset: number, length: number): Promise<DataView | undefined> {
    if (!(offset >= 0 && length >= 0 && Number.isSafeInteger(offset + length))) return undefined;
    if (length > this.#maxPages * PAGE) return undefined;
    const first = Math.floor(offset / PAGE);
    if (offset + length <= (first + 1) * PAGE) {
      const page = await this.#page(first);
      return page === undefined ? undefined : part(page, offset - first * PAGE, length);
    }
    return this.#joined(offset, length);
  }

  /** A text that ends with a zero byte, as Latin-1; undefined where it is longer than `most`, or has no end. */
  async text(offset: number, most: number): Promise<string | undefined> {
    let text = '';
    while (text.length <= most) {
      const at = offset + text.length;
      const page = await this.#page(Math.floor(at / PAGE));
      const rest = page === undefined ? undefined : latin1(page, at % PAGE, most + 1 - text.length);
      if (rest === undefined || rest === '') return undefined;
      const zero = rest.indexOf('\0');
      if (zero >= 0) return text + rest.slice(0, zero);
      text += rest;
    }
    return undefined;
  }

  async #joined(offset: number, length: number): Promise<DataView | undefined> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const within = at % PAGE;
      const page = await this.#page(Math.floor(at / PAGE));
      const count = Math.min(length - done, PAGE - within);
      const piece = page === undefined ? undefined : part(page, within, count);
      if (piece === undefined) return undefined;
      bytes.set(new Uint8Array(piece.buffer, piece.byteOffset, count), done);
      done += count;
    }
    return new DataView(bytes.buffer);
  }

  async #page(index: number): Promise<DataView | undefined> {
    const known = this.#pages.get(index);
    if (known !== undefined) return known;
    if (this.#pages.size >= this.#maxPages) return undefined;
    const bytes = await this.#readAt(index * PAGE, PAGE);
    const page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#pages.set(index, page);
    return page;
  }
}

function latin1(page: DataView, at: number, most: number): string {
  const length = Math.max(0, Math.min(most, page.byteLength - at));
  return Buffer.from(page.buffer, page.byteOffset + at, length).toString('latin1');
}

function part(view: DataView, offset: number, length: number): DataView | undefined {
  if (offset + length > view.byteLength) return undefined;
  return new DataView(view.buffer, view.byteOffset + offset, length);
}
