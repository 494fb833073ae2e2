import { GenerationMap } from '../../etw/correlate/generation_map.ts';
import type { FieldIndex, LiteralSink } from './field_index.ts';

/** Values kept of one field, at least; twice as many at most. */
const REMEMBERED = 1024;
/** Longer values are scanned anew each time: so the memory stays below a few MiB for a field. */
const MAX_LENGTH = 1024;

/** Scans the values of one field. */
export interface ValueScan {
  /** Tells of every literal that a value has; `lower` is the same value in lower case, asked for where it is needed. */
  scan(text: string, lower: () => string, sink: LiteralSink): void;
}

/** For values that hardly ever come again. */
export function plainScan(index: FieldIndex): ValueScan {
  return { scan: (_text, lower, sink) => index.scan(lower(), sink) };
}

/**
 * Scans a field's values and remembers what they had: programs, users, parents and their command lines come again and
 * again, as every process runs one of few programs.
 */
export class RememberedScan implements ValueScan {
  readonly #index: FieldIndex;
  readonly #known = new GenerationMap<string, readonly number[]>(REMEMBERED);

  constructor(index: FieldIndex) {
    this.#index = index;
  }

  scan(text: string, lower: () => string, sink: LiteralSink): void {
    let found = this.#known.get(text);
    if (found === undefined) {
      const all = new Collected();
      this.#index.scan(lower(), all);
      found = [...all.numbers];
      if (text.length <= MAX_LENGTH) this.#known.set(text, found);
    }
    for (const literal of found) sink.hit(literal);
  }
}

class Collected implements LiteralSink {
  readonly numbers = new Set<number>();

  seen(literal: number): boolean {
    return this.numbers.has(literal);
  }

  hit(literal: number): void {
    this.numbers.add(literal);
  }
}
