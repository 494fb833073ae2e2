import { GenerationMap } from '../../etw/correlate/generation_map.ts';
import type { FieldIndex, LiteralSink } from './field_index.ts';

/** Values kept of one field, at least; twice as many at most. */
const REMEMBERED = 1024;
/** Longer values are scanned anew each time. */
const MAX_LENGTH = 1024;
/** Of all fields of all log sources together, in bytes. */
const MAX_SIZE = 16 * 2 ** 20;
/** What an entry takes beside its text and its literals, about. */
const ENTRY_SIZE = 128;

/** What the scans of an engine may remember together: beyond it, all begin anew. Who writes events chooses the values. */
export class ScanMemory {
  readonly #max: number;
  readonly #scans: RememberedScan[] = [];
  #size = 0;

  constructor(max: number = MAX_SIZE) {
    this.#max = max;
  }

  /** Another scan remembers. */
  join(scan: RememberedScan): void {
    this.#scans.push(scan);
  }

  /** Something is about to be remembered; sizes of what was forgotten since count on. */
  take(text: string, literals: number): void {
    this.#size += 2 * text.length + 8 * literals + ENTRY_SIZE;
    if (this.#size <= this.#max) return;
    this.#size = 0;
    for (const scan of this.#scans) scan.forget();
  }
}

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
  readonly #memory: ScanMemory;
  #known = new GenerationMap<string, readonly number[]>(REMEMBERED);

  constructor(index: FieldIndex, memory: ScanMemory) {
    this.#index = index;
    this.#memory = memory;
    memory.join(this);
  }

  /** Remembers nothing any more. */
  forget(): void {
    this.#known = new GenerationMap(REMEMBERED);
  }

  scan(text: string, lower: () => string, sink: LiteralSink): void {
    let found = this.#known.get(text);
    if (found === undefined) {
      const all = new Collected();
      this.#index.scan(lower(), all);
      found = [...all.numbers];
      if (text.length <= MAX_LENGTH) {
        this.#memory.take(text, found.length);
        this.#known.set(text, found);
      }
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
