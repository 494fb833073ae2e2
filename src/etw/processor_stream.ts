import { Buffer } from 'node:buffer';
import { readBufferHeader } from './buffer_header.ts';
import type { Clock } from './clock.ts';
import { BUFFER_HEADER_SIZE, BufferFlag } from './constants.ts';
import type { Decoder } from './decoder.ts';
import { DAMAGED, END_OF_EVENTS, readEvent } from './event_header.ts';
import { EventView } from './event_view.ts';
import type { BufferPlace, ByteSource, Problems } from './trace_file.ts';
import { inflateXpress } from './xpress.ts';

/** Bytes of inflated buffers that all streams of a merge may hold at once. */
export interface MemoryBudget {
  left: number;
}

/**
 * The events of one processor in one file, in order: walks a buffer and goes on to the next. `event` shows
 * the current one after next() said true.
 */
export class ProcessorStream {
  readonly event: EventView;
  /** Added to event.ticks to compare events of several files: their clocks' zeros differ. */
  readonly orderOffset: number;
  /** Time of the current event on the merge's common scale. */
  order = 0;
  /** Bytes of the file read so far by this stream, for progress. */
  bytesRead = 0;
  readonly #source: ByteSource;
  readonly #places: readonly BufferPlace[];
  readonly #problems: Problems;
  readonly #budget: MemoryBudget;
  #nextPlace = 0;
  #stored: Buffer = Buffer.alloc(0);
  #inflated: Buffer = Buffer.alloc(0);
  #pos = 0;
  #end = 0;
  #position = 0;

  constructor(of: {
    source: ByteSource;
    places: readonly BufferPlace[];
    problems: Problems;
    decoder: Decoder;
    clock: Clock;
    orderOffset: number;
    budget: MemoryBudget;
  }) {
    this.#source = of.source;
    this.#places = of.places;
    this.#problems = of.problems;
    this.#budget = of.budget;
    this.orderOffset = of.orderOffset;
    this.event = new EventView(of.decoder, of.clock);
  }

  /** Goes on to the next event; false at the end of the stream, whose memory is then given back. */
  next(): boolean {
    for (;;) {
      const size = readEvent(this.event, this.#pos, this.#end);
      if (size > 0) {
        this.#pos += (size + 7) & ~7;
        this.order = this.event.ticks + this.orderOffset;
        return true;
      }
      if (size === DAMAGED) {
        this.#problems.add(
          this.#position,
          `the buffer holds no event at offset ${this.#pos} (filled to ${this.#end})`,
        );
      } else if (size === END_OF_EVENTS && this.#pos + 8 <= this.#end) {
        this.#problems.add(
          this.#position,
          `the buffer's events end at offset ${this.#pos}, not at ${this.#end} as it says`,
        );
      }
      if (!this.#load()) return false;
    }
  }

  #load(): boolean {
    for (;;) {
      const place = this.#places[this.#nextPlace++];
      if (place === undefined) {
        this.#release();
        return false;
      }
      this.#position = place.position;
      if (this.#loadPlace(place)) return true;
    }
  }

  #loadPlace(place: BufferPlace): boolean {
    this.#pos = this.#end = 0;
    const stored = this.#grow(this.#stored, place.stored);
    if (stored === undefined) return this.#bad(place, 'more buffers are open at once than memory allows');
    this.#stored = stored;
    const target = stored.length === place.stored ? stored : stored.subarray(0, place.stored);
    const got = this.#source.read(place.position, target);
    this.bytesRead += got;
    if (got < BUFFER_HEADER_SIZE) return this.#bad(place, 'the buffer cannot be read');
    this.event.setBuffer(stored);
    const header = readBufferHeader(this.event.view, 0);
    this.event.cpu = header.processor;
    if ((header.flags & BufferFlag.compressed) === 0) {
      this.#end = Math.min(header.filled, got);
    } else if (!this.#inflate(place, stored, got, header.filled)) return false;
    this.#pos = BUFFER_HEADER_SIZE;
    return true;
  }

  // Bytes [72, stored) are one Xpress stream that inflates to filled - 72 bytes; events keep their offsets.
  #inflate(place: BufferPlace, stored: Buffer, got: number, filled: number): boolean {
    const inflated = this.#grow(this.#inflated, Math.max(filled, BUFFER_HEADER_SIZE));
    if (inflated === undefined) return this.#bad(place, 'more buffers are open at once than memory allows');
    this.#inflated = inflated;
    const written = inflateXpress(
      stored,
      BUFFER_HEADER_SIZE,
      got,
      inflated.subarray(BUFFER_HEADER_SIZE, filled),
    );
    if (written < 0) return this.#bad(place, 'the compressed buffer is not valid Xpress data');
    if (written < filled - BUFFER_HEADER_SIZE) {
      this.#problems.add(
        place.position,
        `the compressed buffer inflates to ${written} bytes of ${filled - BUFFER_HEADER_SIZE}`,
      );
    }
    this.event.setBuffer(inflated);
    this.#end = BUFFER_HEADER_SIZE + written;
    return true;
  }

  #grow(buffer: Buffer, size: number): Buffer | undefined {
    if (buffer.length >= size) return buffer;
    const more = size - buffer.length;
    if (more > this.#budget.left) return undefined;
    this.#budget.left -= more;
    // A buffer of its own, 8-aligned, since events are 8-aligned within it.
    return Buffer.from(new ArrayBuffer(size));
  }

  #release(): void {
    this.#budget.left += this.#stored.length + this.#inflated.length;
    this.#stored = this.#inflated = Buffer.alloc(0);
    this.event.setBuffer(this.#stored);
  }

  #bad(place: BufferPlace, why: string): boolean {
    this.#problems.add(place.position, why);
    return false;
  }
}
