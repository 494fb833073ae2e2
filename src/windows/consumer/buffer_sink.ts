import { readBufferHeader } from '../../etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE, BufferFlag } from '../../etw/constants.ts';
import type { RingWriter } from './ring.ts';
import { walkBuffer } from './walk.ts';

/** Takes buffers on the consuming thread: into the ring, or counted as dropped when there is no room in time. */
export class BufferSink {
  readonly #ring: RingWriter;
  readonly #maxBlock: number;

  /** `maxBlock`: how long a buffer may wait for room, in milliseconds. */
  constructor(ring: RingWriter, maxBlock: number) {
    this.#ring = ring;
    this.#maxBlock = maxBlock;
  }

  /** Takes a buffer as ETW wrote it, at an offset of the memory; `size` bytes of it may be read. */
  takeRaw(view: DataView, bytes: Uint8Array, at: number, size: number): void {
    const ring = this.#ring;
    ring.add('buffersDelivered', 1);
    if (size < BUFFER_HEADER_SIZE) return;
    const { filled, flags } = readBufferHeader(view, at);
    this.noteLoss((flags & BufferFlag.eventsLost) !== 0, (flags & BufferFlag.bufferLost) !== 0);
    const end = Math.min(Math.max(filled, BUFFER_HEADER_SIZE), size);
    if (ring.write(bytes.subarray(at, at + end), this.#maxBlock)) return;
    ring.add('buffersDropped', 1);
    ring.add('eventsDropped', walkBuffer(view, at, end).events);
  }

  /** Takes a buffer that was packed of single events: one of ours, not one that the system delivered. */
  takePacked(bytes: Uint8Array, events: number): void {
    if (this.#ring.write(bytes, this.#maxBlock)) return;
    this.#ring.add('buffersDropped', 1);
    this.#ring.add('eventsDropped', events);
  }

  /** Something says that events or buffers were lost before it. */
  noteLoss(events: boolean, buffers: boolean): void {
    if (events) this.#ring.add('eventLossMarks', 1);
    if (buffers) this.#ring.add('bufferLossMarks', 1);
  }
}
