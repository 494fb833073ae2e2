/** A text that configuration came from: a file, an argument, an environment variable. */
export class Source {
  /** What errors call it: a path as it was given, `--set`, `env:X`. */
  readonly name: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Line and column of an offset, both from 1; columns count UTF-16 units. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** The text of a line, without its end. */
  line(number: number): string {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    const start = starts[number - 1];
    if (start === undefined) return '';
    return this.text.slice(start, starts[number]).replace(/\r?\n$/, '');
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A stretch of a source; `end` is behind the last character. */
export interface Range {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}
