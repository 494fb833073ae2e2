import { Buffer } from 'node:buffer';
import type { BufferSink } from './buffer_sink.ts';
import type { ConsumeOrder } from './consume.ts';
import { headerBuffer } from './header_buffer.ts';
import { type NativeMemory, pointerAt } from './memory.ts';
import { RecordPacker } from './pack.ts';
import type { RingWriter } from './ring.ts';
import { startOfSession } from './session_start.ts';

const RECORD_SIZE = 112;
const CLASSIC = 0x100;
const IS_32_BIT = 0x20;
/** First 32 bits of the class of log headers, {68fdd900-4a3e-11d1-84f4-0000f80464e3}. */
const EVENT_TRACE = 0x68fdd900;
/** Those of the class of losses that the consumer API makes up, {6a399ae0-4bc6-4de9-870b-3657f8947e7e}. */
const LOST_EVENT = 0x6a399ae0;
const LOST = { event: 32, buffer: 33 } as const;
const LOG_FILE_HEADER_SIZE = 0x110;
/** What the kernel writes for a process or thread that it does not know. */
const UNKNOWN = 0xffffffff;

/** Takes EVENT_RECORDs one by one and hands them on as buffers, behind a header buffer as a trace has it. */
export class RecordConsumer {
  readonly #memory: NativeMemory;
  readonly #order: ConsumeOrder;
  readonly #ring: RingWriter;
  readonly #sink: BufferSink;
  readonly #packer: RecordPacker;
  #logFileHeader: Uint8Array | undefined;
  #started = false;

  constructor(memory: NativeMemory, order: ConsumeOrder, ring: RingWriter, sink: BufferSink) {
    this.#memory = memory;
    this.#order = order;
    this.#ring = ring;
    this.#sink = sink;
    this.#packer = new RecordPacker(memory, order.bufferSize, (bytes, events) =>
      sink.takePacked(bytes, events),
    );
  }

  /** The session is open; `logFileHeader` describes it where its first record does not. */
  opened(logFileHeader: Uint8Array): void {
    this.#logFileHeader = logFileHeader;
  }

  /** Takes the EVENT_RECORD at an address; one whose parts lie nowhere is counted as unpackable. */
  take(address: number): void {
    try {
      this.#take(address);
    } catch {
      this.#ring.add('eventsUnpackable', 1);
    }
  }

  #take(address: number): void {
    const at = this.#memory.locate(address, RECORD_SIZE);
    const { view } = this.#memory;
    if ((view.getUint16(at + 4, true) & CLASSIC) !== 0) {
      const known = view.getUint32(at + 24, true);
      const opcode = view.getUint8(at + 45);
      if (known === LOST_EVENT) return this.#sink.noteLoss(opcode === LOST.event, opcode === LOST.buffer);
      if (known === EVENT_TRACE && opcode === 0 && this.#takeHeader(at)) return;
    }
    this.#start();
    this.#packer.add(address);
  }

  /** Hands on what is packed: a buffer of the system's is through. */
  flush(): void {
    this.#start();
    this.#packer.flush();
    const { unpackable } = this.#packer;
    if (unpackable > 0) this.#ring.add('eventsUnpackable', unpackable);
    this.#packer.unpackable = 0;
  }

  #takeHeader(at: number): boolean {
    const { view } = this.#memory;
    const size = view.getUint16(at + 86, true);
    if (this.#started || size < LOG_FILE_HEADER_SIZE) return false;
    const timeLow = view.getUint32(at + 16, true);
    const timeHigh = view.getUint32(at + 20, true);
    const tid = view.getUint32(at + 8, true);
    const pid = view.getUint32(at + 12, true);
    const pointerSize = (view.getUint16(at + 4, true) & IS_32_BIT) === 0 ? 8 : 4;
    const from = this.#memory.locate(pointerAt(view, at + 96), size);
    const payload = this.#memory.bytes.slice(from, from + size);
    this.#begin(headerBuffer({ payload, timeLow, timeHigh, pid, tid, pointerSize }));
    return true;
  }

  // A session whose first record is no header: it is made of what OpenTraceW said.
  #start(): void {
    if (this.#started || this.#logFileHeader === undefined) return;
    const names = Buffer.from(`${this.#order.session}\0\0`, 'utf16le');
    const payload = Buffer.concat([this.#logFileHeader, names]);
    const { high, low } = startOfSession(this.#logFileHeader);
    this.#begin(
      headerBuffer({ payload, timeLow: low, timeHigh: high, pid: UNKNOWN, tid: UNKNOWN, pointerSize: 8 }),
    );
  }

  #begin(header: Uint8Array): void {
    this.#started = true;
    this.#sink.takePacked(header, 1);
  }
}
