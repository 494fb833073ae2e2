import { GenerationMap } from '../../etw/correlate/generation_map.ts';
import type { FieldIndex } from './field_index.ts';
import type { LiteralSink } from './found_literals.ts';
import type { Values } from './slot.ts';

/** Values kept of one field, at least; twice as many at most. */
const REMEMBERED = 1024;
/** Longer values are scanned anew each time. */
const MAX_LENGTH = 1024;
/** Of all fields of all log sources together, in bytes. */
const MAX_SIZE = 16 * 2 ** 20;
/** What an entry takes beside its text and its literals, about. */
const ENTRY_SIZE = 128;
/** Of so many values it is counted how many were known. */
const TRIAL = 1024;
/** Where fewer of them were known, so many of the next ones are scanned at once: to remember costs as much. */
const WORTH = TRIAL / 4;
const REST = 16 * TRIAL;

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

/** Looks for literals in the values of one field. */
export interface ValueScan {
  /** Tells of every literal that one of the values has. */
  scan(values: Values, sink: LiteralSink): void;
}

/** For values that hardly ever come again. */
export function plainScan(index: FieldIndex): ValueScan {
  return {
    scan({ texts }, sink) {
      for (const text of texts) {
        // Most are short. In lower case, one character becomes two at most.
        if (2 * text.length >= index.least) index.find(text.toLowerCase()).tell(sink);
      }
    },
  };
}

/**
 * Scans a field's values and remembers what they had: programs, users and parents come again and again, as every process
 * runs one of few programs. Where values hardly ever come again, as some nodes' command lines do not, it rests.
 */
export class RememberedScan implements ValueScan {
  readonly #index: FieldIndex;
  readonly #memory: ScanMemory;
  #known = new GenerationMap<string, readonly number[]>(REMEMBERED);
  #trial = 0;
  #wasKnown = 0;
  #rest = 0;

  constructor(index: FieldIndex, memory: ScanMemory) {
    this.#index = index;
    this.#memory = memory;
    memory.join(this);
  }

  /** Remembers nothing any more. */
  forget(): void {
    this.#known = new GenerationMap(REMEMBERED);
  }

  scan(values: Values, sink: LiteralSink): void {
    const { value } = values;
    if (value === undefined) return;
    // Nearly all are one text, of which no list has to be made.
    if (typeof value === 'string') this.#scanText(value, values, 0, sink);
    else for (const [i, text] of values.texts.entries()) this.#scanText(text, values, i, sink);
  }

  #scanText(text: string, values: Values, i: number, sink: LiteralSink): void {
    const known = text.length > MAX_LENGTH || this.#rests() ? undefined : this.#found(text, values, i);
    if (known === undefined) this.#index.find(values.lower[i] ?? '').tell(sink);
    else for (const literal of known) sink.hit(literal);
  }

  #found(text: string, values: Values, i: number): readonly number[] {
    const known = this.#known.get(text);
    if (known !== undefined) {
      this.#wasKnown++;
      return known;
    }
    const found = this.#index.find(values.lower[i] ?? '').list();
    this.#memory.take(text, found.length);
    this.#known.set(text, found);
    return found;
  }

  #rests(): boolean {
    if (this.#rest > 0) {
      this.#rest--;
      return true;
    }
    if (++this.#trial < TRIAL) return false;
    if (this.#wasKnown < WORTH) {
      this.#rest = REST;
      this.forget();
    }
    this.#trial = 0;
    this.#wasKnown = 0;
    return false;
  }
}
