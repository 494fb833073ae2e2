import { BUFFER_HEADER_SIZE, BufferFlag } from '../../etw/constants.ts';
import type { NativeMemory } from './memory.ts';
import { inspectRecord, type PackTarget, packRecord, type RecordFacts } from './repack.ts';

/**
 * What packed buffers are larger than the session's, in bytes: an event that just fitted there may have
 * had a smaller header (PERFINFO 16 bytes, WPP 8) than the one it is packed with (48, 40).
 */
export const PACKED_EXTRA = 1024;
const STATE_FLUSH = 3;

/** A buffer that events are packed into; the bytes of one processor. */
class PackBuffer implements PackTarget {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  filled = BUFFER_HEADER_SIZE;
  events = 0;
  sequence = 0;
  lastTimeLow = 0;
  lastTimeHigh = 0;
  loggerId = 0;

  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
  }
}

/** Takes a finished buffer; the bytes are valid during the call. */
export type PublishBuffer = (bytes: Uint8Array, events: number) => void;

/**
 * Packs EVENT_RECORDs into buffers in the layout that ETW writes, one for each processor, so that what
 * arrives event by event goes the same way as whole buffers.
 */
export class RecordPacker {
  readonly #memory: NativeMemory;
  readonly #publish: PublishBuffer;
  readonly #size: number;
  readonly #byProcessor: (PackBuffer | undefined)[] = [];
  readonly #facts: RecordFacts = {
    address: 0,
    flags: 0,
    processor: 0,
    loggerId: 0,
    timeLow: 0,
    timeHigh: 0,
    size: 0,
  };
  /** Events larger than an event, or a buffer of the session, can be. */
  unpackable = 0;

  /** `bufferSize` of the session, in bytes. */
  constructor(memory: NativeMemory, bufferSize: number, publish: PublishBuffer) {
    this.#memory = memory;
    this.#size = bufferSize + PACKED_EXTRA;
    this.#publish = publish;
  }

  /** Packs the EVENT_RECORD at an address. */
  add(address: number): void {
    const facts = this.#facts;
    inspectRecord(this.#memory, address, facts);
    if (facts.size === 0 || facts.size > this.#size - BUFFER_HEADER_SIZE - 7) {
      this.unpackable++;
      return;
    }
    const buffer = this.#bufferFor(facts);
    packRecord(this.#memory, facts, buffer, buffer.filled);
    buffer.lastTimeLow = facts.timeLow;
    buffer.lastTimeHigh = facts.timeHigh;
    buffer.loggerId = facts.loggerId;
    buffer.filled += (facts.size + 7) & ~7;
    buffer.events++;
  }

  /** Hands on every buffer that holds events: ETW has delivered one of its own. */
  flush(): void {
    for (const [processor, buffer] of this.#byProcessor.entries())
      if (buffer !== undefined && buffer.events > 0) this.#finish(buffer, processor);
  }

  #bufferFor({ processor, size }: RecordFacts): PackBuffer {
    let buffer = this.#byProcessor[processor];
    if (buffer === undefined) {
      buffer = new PackBuffer(this.#size);
      this.#byProcessor[processor] = buffer;
    }
    if (buffer.filled + ((size + 7) & ~7) > this.#size) this.#finish(buffer, processor);
    return buffer;
  }

  // WMI_BUFFER_HEADER: see src/etw/buffer_header.ts.
  #finish(buffer: PackBuffer, processor: number): void {
    const { view, bytes, filled, events } = buffer;
    bytes.fill(0, 0, BUFFER_HEADER_SIZE);
    view.setUint32(0, this.#size, true);
    view.setUint32(4, filled, true);
    view.setUint32(8, filled, true);
    view.setUint32(0x10, buffer.lastTimeLow, true);
    view.setInt32(0x14, buffer.lastTimeHigh, true);
    view.setUint32(0x18, ++buffer.sequence, true);
    view.setUint16(0x28, processor, true);
    view.setUint16(0x2a, buffer.loggerId, true);
    view.setUint32(0x2c, STATE_FLUSH, true);
    view.setUint32(0x30, filled, true);
    view.setUint16(0x34, BufferFlag.processorIndex, true);
    this.#publish(bytes.subarray(0, filled), events);
    buffer.filled = BUFFER_HEADER_SIZE;
    buffer.events = 0;
  }
}
