import type { Buffer } from 'node:buffer';
import { readBufferHeader } from '../buffer_header.ts';
import type { Clock } from '../clock.ts';
import { BUFFER_HEADER_SIZE } from '../constants.ts';
import type { Decoder } from '../decoder.ts';
import { DAMAGED, readEvent } from '../event_header.ts';
import { EventView } from '../event_view.ts';
import type { MergeSource } from '../merge.ts';

/** How the times of a stream's clock stand on the scale that all streams of a host are merged on. */
export interface OrderScale {
  readonly scale: number;
  readonly offset: number;
}

/**
 * The events of one processor in one live session: buffers are put in as they come, events are taken out in
 * order. Nothing of a buffer is kept once the stream has gone on to the next, so it can be used again.
 */
export class LiveStream implements MergeSource {
  readonly event: EventView;
  /** Whether it has an event, and so is in the merge: the last next() said true. */
  active = false;
  readonly #order: OrderScale;
  readonly #recycle: (buffer: Buffer) => void;
  readonly #onDamage: (message: string) => void;
  #waiting: Buffer[] = [];
  #current: Buffer | undefined;
  #at = 0;
  #end = 0;

  constructor(of: {
    decoder: Decoder;
    clock: Clock;
    order: OrderScale;
    recycle: (buffer: Buffer) => void;
    onDamage: (message: string) => void;
  }) {
    this.event = new EventView(of.decoder, of.clock);
    this.#order = of.order;
    this.#recycle = of.recycle;
    this.#onDamage = of.onDamage;
  }

  get order(): number {
    return this.event.ticks * this.#order.scale + this.#order.offset;
  }

  /** Takes a buffer of at least 72 bytes, the next of this processor. */
  put(buffer: Buffer): void {
    this.#waiting.push(buffer);
  }

  next(): boolean {
    this.active = this.#advance();
    return this.active;
  }

  #advance(): boolean {
    for (;;) {
      const size = readEvent(this.event, this.#at, this.#end);
      if (size > 0) {
        this.#at += (size + 7) & ~7;
        return true;
      }
      if (size === DAMAGED)
        this.#onDamage(`no event at offset ${this.#at} of a buffer filled to ${this.#end}`);
      if (!this.#load()) return false;
    }
  }

  #load(): boolean {
    if (this.#current !== undefined) this.#recycle(this.#current);
    this.#at = this.#end = 0;
    const buffer = this.#waiting.shift();
    this.#current = buffer;
    if (buffer === undefined) return false;
    this.event.setBuffer(buffer);
    const header = readBufferHeader(this.event.view, 0);
    this.event.cpu = header.processor;
    this.#at = BUFFER_HEADER_SIZE;
    this.#end = Math.min(header.filled, buffer.length);
    return true;
  }
}
