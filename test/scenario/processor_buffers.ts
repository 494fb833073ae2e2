import { ByteWriter } from './bytes.ts';
import { BUFFER_FLAG, BUFFER_HEADER_SIZE, BUFFER_TYPE, encodeBufferHeader } from './wmi_buffer.ts';
import { compressXpress } from './xpress.ts';

/** How buffers are kept and stored. */
export interface BufferOptions {
  readonly bufferSize: number;
  /** Windows 8 and later put a 16-bit processor index into the header and say so with flag 0x20. */
  readonly processorIndex: boolean;
  readonly loggerId: number;
  readonly compress: boolean;
}

interface OpenBuffer {
  readonly data: ByteWriter;
  readonly sequence: number;
  readonly flags: number;
}

/**
 * The buffers of a session, one open per processor. A buffer is stored when the next event does not fit, when
 * it is flushed, and at the end; so the file holds the processors' buffers out of time order, as Windows
 * writes them. Numbers are given out when a buffer is opened.
 */
export class ProcessorBuffers {
  readonly #options: BufferOptions;
  readonly #open = new Map<number, OpenBuffer>();
  readonly #pendingFlags = new Map<number, number>();
  readonly #stored: Uint8Array[] = [];
  #sequence = 1;

  constructor(options: BufferOptions) {
    this.#options = options;
  }

  /** Buffers stored so far, in file order. */
  get stored(): readonly Uint8Array[] {
    return this.#stored;
  }

  /** Adds an event's bytes; `time` is the session clock, used as the flush time of the buffer it closes. */
  add(cpu: number, bytes: Uint8Array, time: number | bigint): void {
    const size = (bytes.length + 7) & ~7;
    const room = this.#options.bufferSize - BUFFER_HEADER_SIZE;
    if (size > room)
      throw new Error(`event of ${bytes.length} bytes in buffers of ${this.#options.bufferSize}`);
    let open = this.#open.get(cpu);
    if (open !== undefined && open.data.length + size > room) {
      this.#store(cpu, open, time, BUFFER_HEADER_SIZE + open.data.length + size, 0);
      open = undefined;
    }
    open ??= this.#start(cpu);
    open.data.bytes(bytes).align(8);
  }

  /** Stores what is open, of one processor or of all; the last one carries the flush marker. */
  flush(time: number | bigint, cpu?: number): void {
    const cpus = [...this.#open.keys()]
      .filter((key) => cpu === undefined || key === cpu)
      .sort((a, b) => a - b);
    cpus.forEach((key, i) => {
      const open = this.#open.get(key);
      if (open === undefined) return;
      // A flush closes a buffer by reserving all of it.
      const reserved = BUFFER_HEADER_SIZE + open.data.length + this.#options.bufferSize;
      this.#store(key, open, time, reserved, i + 1 === cpus.length ? BUFFER_FLAG.flushMarker : 0);
    });
  }

  /** Throws the open buffer of a processor away: its number stays missing and its successor says so. */
  loseBuffer(cpu: number): void {
    if (!this.#open.has(cpu)) this.#start(cpu);
    this.#open.delete(cpu);
    this.#mark(cpu, BUFFER_FLAG.bufferLost);
  }

  /** Marks the processor's next buffer as following lost events. */
  loseEvents(cpu: number): void {
    this.#mark(cpu, BUFFER_FLAG.eventsLost);
  }

  #mark(cpu: number, flag: number): void {
    this.#pendingFlags.set(cpu, (this.#pendingFlags.get(cpu) ?? 0) | flag);
  }

  #start(cpu: number): OpenBuffer {
    const flags = this.#pendingFlags.get(cpu) ?? 0;
    this.#pendingFlags.delete(cpu);
    const open = { data: new ByteWriter(4096), sequence: this.#sequence, flags };
    this.#sequence += 1;
    this.#open.set(cpu, open);
    return open;
  }

  #store(
    cpu: number,
    open: OpenBuffer,
    time: number | bigint,
    currentOffset: number,
    extraFlags: number,
  ): void {
    this.#open.delete(cpu);
    const { bufferSize, processorIndex, loggerId, compress } = this.#options;
    const data = open.data.take();
    const flags = open.flags | extraFlags | (processorIndex ? BUFFER_FLAG.processorIndex : 0);
    const header = {
      offset: BUFFER_HEADER_SIZE + data.length,
      currentOffset,
      timeStamp: time,
      sequence: open.sequence,
      cpu,
      loggerId,
      type: BUFFER_TYPE.generic,
      win7: !processorIndex,
    };
    const packed = compress ? compressXpress(data) : undefined;
    if (packed !== undefined && packed.length < data.length) {
      const stored = BUFFER_HEADER_SIZE + packed.length;
      const bytes = encodeBufferHeader({
        ...header,
        bufferSize: stored,
        flags: flags | BUFFER_FLAG.compressed,
      });
      this.#stored.push(new ByteWriter(stored).bytes(bytes).bytes(packed).take());
    } else {
      this.#stored.push(plainBuffer(encodeBufferHeader({ ...header, bufferSize, flags }), data, bufferSize));
    }
  }
}

/** Header, data, and 0xFF to the end: what Windows fills unused buffer space with. */
export function plainBuffer(header: Uint8Array, data: Uint8Array, bufferSize: number): Uint8Array {
  const used = header.length + data.length;
  return new ByteWriter(bufferSize)
    .bytes(header)
    .bytes(data)
    .fill(bufferSize - used, 0xff)
    .take();
}
