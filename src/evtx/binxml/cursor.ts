import { BinXmlError } from './node.ts';
import { utf16At } from './text.ts';

/** Reads forward through some bytes of a chunk. What goes past the end throws a {@link BinXmlError}. */
export class Cursor {
  readonly view: DataView;
  readonly end: number;
  at: number;

  /** `at` and `end` in bytes of the chunk. */
  constructor(view: DataView, at: number, end: number) {
    this.view = view;
    this.at = at;
    this.end = Math.min(end, view.byteLength);
  }

  /** Takes that many bytes; where they begin. */
  take(size: number): number {
    const from = this.at;
    if (size > this.end - from) throw new BinXmlError(`it ends within ${size} bytes at byte ${from}`);
    this.at = from + size;
    return from;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  /** The next byte, which stays. */
  peek(): number {
    const value = this.u8();
    this.at--;
    return value;
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** u16 characters, then as many UTF-16 code units. */
  countedText(): string {
    const size = 2 * this.u16();
    return utf16At(this.view, this.take(size), size);
  }
}
