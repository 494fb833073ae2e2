import { Buffer } from 'node:buffer';

/** A line of a stream, or the place of one that was longer than it may be. */
export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too_long' };

const NEWLINE = 0x0a;
const TOO_LONG: Line = { kind: 'too_long' };

/** Cuts a stream of bytes into lines of at most `maxBytes`; of a longer one nothing is kept but that it was there. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in this piece, without their ends; empty lines are none. */
  *push(piece: Buffer): Generator<Line, void> {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      this.#keep(piece.subarray(from, end));
      from = end + 1;
      const line = this.#take();
      if (line !== undefined) yield line;
    }
    this.#keep(piece.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line | undefined {
    const size = this.#size;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#size = 0;
    if (size > this.#maxBytes) return TOO_LONG;
    return size === 0 ? undefined : { kind: 'line', text };
  }
}
