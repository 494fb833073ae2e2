import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';

/** A line of a file, numbered from 1. */
export type ReadLine =
  | { readonly kind: 'line'; readonly number: number; readonly text: string; readonly bytes: number }
  /** The file ends before the line does. */
  | { readonly kind: 'cut'; readonly number: number; readonly text: string; readonly bytes: number }
  /** Longer than any line may be. */
  | { readonly kind: 'long'; readonly number: number };

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Reads a file line by line, keeping no more than a line of it: what comes next is asked for in the middle of a batch
 * of records, so it must be there at once. Throws where the system does.
 */
export class LineReader {
  readonly #maxBytes: number;
  readonly #fd: number;
  readonly #chunk = Buffer.alloc(CHUNK);
  #rest: Buffer = Buffer.alloc(0);
  #number = 0;
  #isOver = false;

  constructor(path: string, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#fd = openSync(path, 'r');
  }

  /** The next line; undefined at the end. */
  next(): ReadLine | undefined {
    const parts: Buffer[] = [];
    let size = 0;
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      const part = end < 0 ? this.#rest : this.#rest.subarray(0, end);
      size += part.length;
      // The rest of a line that is too long is only looked through.
      if (size <= this.#maxBytes) parts.push(part);
      this.#rest = end < 0 ? Buffer.alloc(0) : this.#rest.subarray(end + 1);
      if (end >= 0) return this.#line('line', parts, size);
      if (!this.#fill()) return size === 0 ? undefined : this.#line('cut', parts, size);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #line(kind: 'line' | 'cut', parts: readonly Buffer[], bytes: number): ReadLine {
    const number = ++this.#number;
    if (bytes > this.#maxBytes) return { kind: 'long', number };
    return { kind, number, text: Buffer.concat(parts).toString('utf8'), bytes };
  }

  #fill(): boolean {
    if (this.#isOver) return false;
    const read = readSync(this.#fd, this.#chunk, 0, CHUNK, null);
    this.#isOver = read === 0;
    this.#rest = Buffer.from(this.#chunk.subarray(0, read));
    return read > 0;
  }
}
